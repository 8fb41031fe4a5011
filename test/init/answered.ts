/** What a person who knows the exports of these tests says to each open word, by the table it is in. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  verdict: {
    ...{
      通过: '2',
      建议复试: '2',
      建议录用: '2',
      满意: '2',
      Hire: '2',
      'Strong Hire': '2',
      yes: '2',
      strong_yes: '2',
    },
    ...{ 不通过: '1', 淘汰: '1', 放弃: '1', 不满意: '1', 'No Hire': '1', no: '1', definitely_not: '1' },
    ...{ 待定: '3', 待复核: '3', '通过(待复核)': '3', no_decision: '3', '': 'undefined' },
    ...{ 0: '1', 1: '2', 2: '3', pass: '2', fail: '1' },
  },
  status: {
    ...{ 已完成: '2', 已结束: '2', complete: '2', Completed: '2', 爽约: '3', 'No show': '3' },
    ...{ 未参加: '1', 待面试: '1', 未结束: '1', scheduled: '1', awaiting_feedback: 'undefined' },
    ...{ 已取消: "'skip'", 已改期: "'skip'", '': 'undefined' },
  },
  attendance: { 已接受: 'undefined', 未反馈: 'undefined', 已拒绝: '1', 未到场: '3', '': 'undefined' },
  questionKind: { 打分: '1', 单选: '2', 描述: '3', 多选: '4' },
};

/** A draft with every TODO answered. */
export function answered(draft: string): string {
  let table = '';
  return draft
    .replace(/^ {2}TODO,\n/m, '')
    .replace(/, TODO\b|\bTODO, (?=[^/\n]*from)/, '')
    .split('\n')
    .map((line) => {
      table = /^const (\w+): \(cell: unknown\)/.exec(line)?.[1] ?? table;
      const [, spelt = ''] = /^ {2}(.*): TODO,/.exec(line) ?? [];
      if (!/: TODO,/.test(line)) return line;
      const word = spelt.replace(/^'(.*)'$/, '$1');
      const meaning = MEANINGS[table]?.[word];
      if (meaning === undefined) throw new Error(`nobody has said what ${word} means in ${table}`);
      return line.replace('TODO', meaning);
    })
    .join('\n');
}
