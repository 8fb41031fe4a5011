import { basename, dirname, relative, resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { Design } from '../../init/design.ts';
import { draftOf } from '../../init/draft.ts';
import { designFor, type Export, parentsOf, readExport } from '../../init/init.ts';
import { parentQuestion, type Question, questionsOf, withOrder } from '../../init/questions.ts';
import { readyFiles, SYSTEMS, type System } from '../../init/ready.ts';
import type { Table } from '../../init/table.ts';
import { writeNew } from '../../init/write-new.ts';
import { whyNoZone } from '../../mapping/instant.ts';
import { PIPELINE_NAME } from '../../pipeline/spec-schema.ts';
import type { Bilingual, Language } from '../../plan/shape.ts';
import { ENCODINGS } from '../../readers/encodings.ts';
import type { Staging } from '../../readers/source.ts';
import { openStaging } from '../../readers/staging.ts';
import { joined, w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { type Ask, createAsk } from '../ask.ts';
import { command } from '../command.ts';
import { oneOf, or, path, text, type Values } from '../flag.ts';
import { localZone } from '../local-time.ts';
import { lines, print, say } from '../output.ts';
import { languageIn } from '../reports.ts';
import { settings } from '../settings.ts';

const NAME_ALLOWED = w(
  '1 到 64 个小写字母、数字或 "-"，以字母或数字开头',
  '1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit',
);

const invalid = (zh: string, en: string): HireSyncError => new HireSyncError('CONFIG_INVALID', { zh, en });

const FLAGS = {
  from: oneOf(
    '<system>',
    w('复制该系统的现成同步规则，不起草', 'copy the ready pipelines of this system instead of drafting one'),
    SYSTEMS,
  ),
  out: or('pipelines', path('<dir>', w('写入的文件夹', 'the folder to write to'))),
  name: text(
    '<name>',
    w('同步规则的名称（默认取自文件夹）', 'name of the pipeline (default: from the folder)'),
    PIPELINE_NAME,
    NAME_ALLOWED,
  ),
  zone: text('<zone>', w('导出中的时间所在时区', 'time zone of the export, such as Asia/Shanghai')),
  parent: text('<file>', w('其中一条记录是一场面试的文件', 'the file in which a record is an interview')),
  dates: oneOf('<order>', w('日期中日在前还是月在前', 'what comes first in dates such as 5/3/2024'), [
    'day-first',
    'month-first',
  ]),
  applications: text(
    '<file>',
    w('有飞书投递 ID 的 CSV 文件', "the CSV file that has, or will have, Feishu's ids of the applications"),
  ),
  encoding: oneOf(
    '<encoding>',
    w('所有文件的编码（默认自动判断）', 'encoding of all files (default: found out)'),
    ENCODINGS,
  ),
  ...settings('lang'),
};
type InitFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'init',
    summary: w(
      '根据导出起草同步规则，或复制现成的；不覆盖任何文件',
      'draft a pipeline from an export, or copy one that is ready; writes over nothing',
    ),
    arguments: [
      ['[export...]', w('导出所在的文件夹，或其中的文件', 'the folder of an export, or its files')],
    ],
    flags: FLAGS,
    run: init,
  }),
];

async function init(flags: InitFlags, given: readonly string[]): Promise<number> {
  const { from, out, zone } = flags;
  const why = zone === undefined ? null : whyNoZone(zone);
  if (why !== null)
    throw invalid(`--zone 不是时区名称，如 Asia/Shanghai。详情（英文）：${why}`, `--zone: ${why}`);
  if (from !== undefined) return copyReady(from, out, given);
  if (given.length === 0)
    throw invalid(
      `请写导出所在的文件夹或其中的文件；现成的同步规则用 --from ${SYSTEMS.join('、--from ')}。`,
      `Name the folder of an export, or its files; or --from ${SYSTEMS.join(', --from ')} for a pipeline that is ready.`,
    );
  const staging = openStaging();
  try {
    return await draft(flags, given, staging);
  } finally {
    staging.close();
  }
}

async function copyReady(system: System, out: string, given: readonly string[]): Promise<number> {
  const [folder] = given;
  if (given.length > 1)
    throw invalid(
      '--from 只接受一个文件夹，即导出所在的文件夹。',
      '--from takes one folder: that of the export.',
    );
  const files = await readyFiles(system, folder === undefined ? '../export' : below(out, resolve(folder)));
  await report(out, await writeNew(out, files));
  if (folder === undefined)
    say(w('请把 sourceDir 改为导出所在的文件夹。', 'Change sourceDir to the folder of your export.'));
  say(w('说明见 docs/ready-pipelines.md。', 'docs/ready-pipelines.md says which files it reads.'));
  return EXIT.done;
}

async function draft(flags: InitFlags, given: readonly string[], staging: Staging): Promise<number> {
  const language = languageIn(flags.lang);
  const found = await readExport(given, { staging, encoding: flags.encoding });
  for (const one of found.unread) say(unreadText(one));
  const answer = createAnswers(flags, createAsk(language));
  const parent = await parentIn(found, answer, flags.parent);
  const design = await designFor(parent, found, staging);
  mustTellApart(design);
  const questions = questionsOf(design, {
    zone: localZone(),
    name: nameFrom(found.folder),
    applications: 'feishu-applications.csv',
  });
  const answers = await answer(questions);
  const name = answers.name ?? nameFrom(found.folder);
  const made = draftOf(withOrder(design, answers.dates), {
    ...{ name, language, zone: answers.zone ?? flags.zone },
    sourceDir: below(flags.out, found.folder),
    applications: answers.applications ?? '',
  });
  const paths = await writeNew(flags.out, [{ name: `${name}.ts`, text: made.code, isPrivate: true }]);
  await report(flags.out, paths);
  const [file = ''] = paths.map((one) => relative(process.cwd(), one));
  if (made.todos > 0)
    say(
      w(
        `${made.todos} 个词的含义只有您知道：请把文件中的每个 TODO 换成含义。`,
        `${made.todos} words have a meaning that only you know: write it in the place of each TODO.`,
      ),
    );
  say(w(`然后：hire-sync validate ${file}`, `Then: hire-sync validate ${file}`));
  return EXIT.done;
}

async function parentIn(found: Export, answer: Answers, flag: string | undefined): Promise<Table> {
  const likely = parentsOf(found);
  const own = found.tables.filter(({ reading }) => reading.kind !== 'nested');
  if (flag !== undefined) {
    const named = own.find(({ file }) => file === basename(flag));
    if (named !== undefined) return named;
    throw invalid(
      `--parent 为“${flag}”，应为其中之一：${filesIn(own)}。`,
      `--parent is "${flag}": it must be one of ${filesIn(own)}.`,
    );
  }
  const question = parentQuestion(likely);
  const asked = question === undefined ? undefined : (await answer([question])).parent;
  const [first] = likely;
  if (first !== undefined) return likely.find(({ file }) => file === asked) ?? first;
  const advice =
    own.length === 0
      ? w('其中没有记录的列表', 'Nothing in it is a list of records')
      : w(`请用 --parent 指定：${filesIn(own)}`, `Name it with --parent, one of ${filesIn(own)}`);
  throw invalid(
    `没有像面试的文件：都没有面试的时间、轮次、状态或面试官。${advice.zh}。`,
    `No file of the export looks like interviews: none has their time, round, status or interviewer. ${advice.en}.`,
  );
}

const filesIn = (tables: readonly Table[]): string => tables.map(({ file }) => file).join(', ');

/** What a person, or a flag, says to questions, by the flag's name. */
type Answers = (questions: readonly Question[]) => Promise<Partial<Record<Question['flag'], string>>>;

/** @throws HireSyncError CONFIG_INVALID that names the flags, where nobody can be asked what must be known */
function createAnswers(flags: InitFlags, ask: Ask | null): Answers {
  return async (questions) => {
    const answers: Partial<Record<Question['flag'], string>> = {};
    const open: Question[] = [];
    for (const question of questions) {
      const { flag, proposed, isSafe } = question;
      if (flags[flag] !== undefined) answers[flag] = flags[flag];
      else if (ask !== null) answers[flag] = await ask(question, checkOf(flag, languageIn(flags.lang)));
      else if (isSafe) answers[flag] = proposed;
      else open.push(question);
    }
    if (open.length === 0) return answers;
    const told = open.map(({ flag, asks, choices = [], proposed }) => {
      const flags = (choices.length === 0 ? [proposed] : choices).map((one) => `--${flag} ${one}`);
      return w(
        `\n  ${asks.zh}请加 ${flags.join(' 或 ')}`,
        `\n  ${asks.en} Say so with ${flags.join(' or ')}`,
      );
    });
    const all = joined(told, '', '');
    throw invalid(
      `没有写入任何内容。只有您知道：${all.zh}`,
      `Nothing was written. Only you can say:${all.en}`,
    );
  };
}

/** What is wrong with an answer, in the language of the question. */
function checkOf(flag: Question['flag'], language: Language): (answer: string) => string | null {
  return (answer) => {
    if (flag === 'zone') return whyNoZone(answer);
    if (flag === 'name') return PIPELINE_NAME.test(answer) ? null : NAME_ALLOWED[language];
    return answer.trim() === '' ? w('不能为空', 'It must not be empty.')[language] : null;
  };
}

function mustTellApart({ key, application, rounds, grouping, parent, label }: Design): void {
  if (key !== undefined || application !== undefined || grouping !== undefined) return;
  if (rounds !== undefined || label.length > 0) return;
  throw invalid(
    `${parent.file} 中没有能区分记录的列：没有编号、投递，也没有候选人。请带上这些列重新导出。`,
    `${parent.file} has no column that tells its records apart: neither an id, nor an application, nor a candidate. Export it again with one.`,
  );
}

/** `Export 2024/ATS` → `ats` */
function nameFrom(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return PIPELINE_NAME.test(name) ? name : 'interviews';
}

/** A folder as a pipeline in `out` names it. */
function below(out: string, folder: string): string {
  const way = relative(resolve(out), folder).replaceAll('\\', '/');
  return way.startsWith('.') ? way : `./${way}`;
}

async function report(out: string, paths: readonly string[]): Promise<void> {
  await print(lines(paths.map((one) => relative(process.cwd(), one))));
  say(w(`已写入 ${dirname(paths[0] ?? out)}`, `Written to ${dirname(paths[0] ?? out)}`));
}

const WHY = {
  'unknown-kind': w(
    '只读取 .csv、.tsv、.txt、.json、.jsonl',
    'only .csv, .tsv, .txt, .json and .jsonl are read',
  ),
  'no-records': w('不是记录的列表', 'it is no list of records'),
  'no-header': w('没有表头', 'it has no header'),
  'no-rows': w('没有行', 'it has no rows'),
} as const;

function unreadText({ file, why }: Export['unread'][number]): Bilingual {
  return w(`未读取 ${file}：${WHY[why].zh}。`, `Not read: ${file} (${WHY[why].en}).`);
}
