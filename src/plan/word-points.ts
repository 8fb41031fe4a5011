/** Which way a word points, on one of two axes: how somebody was judged, or whether somebody came. */
export type Point = 'pass' | 'fail' | 'attended' | 'no-show';

/** The other end of the same axis. */
export const OPPOSITE: Readonly<Record<Point, Point>> = {
  pass: 'fail',
  fail: 'pass',
  attended: 'no-show',
  'no-show': 'attended',
};

/**
 * Words that mean the same in every system, as whole cells. Closed on purpose: a word that some system uses the other
 * way (放弃 is the candidate's withdrawal in one, the interviewer's no in another) would stop runs that are right.
 */
const WORDS: Readonly<Record<Point, string>> = {
  pass:
    '通过|已通过|面试通过|评估通过|合格|录用|拟录用|建议录用|同意录用|推荐录用|推荐|强烈推荐|满意|非常满意|通過|已通過|錄用|합격|' +
    'pass|passed|hire|hired|strong hire|lean hire|weak hire|strong yes|qualified|recommend|recommended|strongly recommend|' +
    'strongly recommended|satisfactory|approved|无风险|無風險|无异常|未见异常|no risk|clear|no issues|no findings',
  fail:
    '不通过|未通过|没通过|面试不通过|面试未通过|评估不通过|不合格|未合格|淘汰|已淘汰|不录用|不予录用|不建议录用|拒绝录用|不推荐|' +
    '强烈不推荐|不满意|非常不满意|不通過|未通過|不錄用|불합격|高风险|高風險|high risk|' +
    "fail|failed|reject|rejected|no hire|do not hire|don't hire|not hire|strong no hire|lean no hire|weak no hire|strong no|" +
    'not passed|did not pass|unqualified|not qualified|not recommended|do not recommend|unsatisfactory|not approved',
  attended: '已参加|已参与|参加|参与|已出席|出席|已到场|到场|已面试|已參加|attended|showed up|present',
  'no-show':
    '爽约|已爽约|爽約|未到场|未出席|缺席|失约|旷面|未参加|未参与|未參加|no show|did not attend|did not show|did not show up|' +
    'not attended|absent',
};

/**
 * Words that mean pass in one system and fail in another (`Rejected? yes`, grade 1 of a school, A of two): only a person
 * who knows the column can tell.
 */
const BARE = new Set(
  'yes|no|true|false|是|否|有|无|對|对|错|好|差|优|良|中|甲|乙|丙|丁|一|二|三|四|五|√|✓|✔|×|✗|✘|○|●|はい|いいえ'.split(
    '|',
  ),
);
const LETTERS_OR_NUMBER = /^(?:[a-z]{1,2}[+-]?|[+-]?[0-9]+(?:[.,][0-9]+)?\s?(?:%|分|级|星)?)$/;

const POINTS = new Map(
  (Object.keys(WORDS) as Point[]).flatMap((point) =>
    WORDS[point].split('|').map((word) => [plain(word), point] as const),
  ),
);

/** Which way an unmistakable word points; null for every other word. Width, case, spaces and hyphens do not matter. */
export function pointOf(word: string): Point | null {
  return POINTS.get(plain(word)) ?? null;
}

/** Whether only somebody who knows the column can tell what this word means. */
export function isBare(word: string): boolean {
  const one = word.normalize('NFKC').trim().toLowerCase();
  return BARE.has(one) || LETTERS_OR_NUMBER.test(one);
}

function plain(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');
}
