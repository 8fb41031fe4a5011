import type { Problem } from '../model.ts';
import { shapeAt } from '../plan/labels.ts';
import type { Bilingual, Shape } from '../plan/shape.ts';
import { detailInChinese } from './problem-details.ts';
import { w } from './sentences.ts';
import { wallTime } from './times.ts';
import { PROBLEM_WORDS } from './words.ts';

/** What is wrong with a row. A redacted one does not quote the value; what is allowed is no secret. */
export function problemNote(problem: Problem, redact: boolean): Bilingual {
  const { code, message, refusal, allowed = [], value } = problem;
  const { what } = PROBLEM_WORDS[code];
  const of =
    refusal === undefined
      ? w('', '')
      : w(
          `（代码 ${refusal.code}，日志 ID ${refusal.logId || '无'}）`,
          ` (code ${refusal.code}, log id ${refusal.logId || 'none'})`,
        );
  const may =
    allowed.length === 0 ? w('', '') : w(`；允许：${allowed.join('、')}`, `: ${allowed.join(' | ')}`);
  if (redact) return w(`${what.zh}${may.zh}${of.zh}`, `${what.en}${may.en}${of.en}`);
  // What a rule of the pipeline says are its author's words, in whatever language.
  const quoted = code === 'MAPPING_REJECTED' ? message : value === '' ? '' : `“${shortened(value)}”`;
  if (problem.zh !== undefined) return w(`${problem.zh}${may.zh}${of.zh}`, message);
  const detail = detailInChinese(problem);
  const more = detail === '' ? '' : `；${detail}`;
  return w(`${what.zh}${quoted === '' ? '' : `：${quoted}`}${more}${may.zh}${of.zh}`, message);
}

/** A problem of what would be sent, with its instant as people read one: nobody knows `1710120600000` for an afternoon. */
export function inWallTime(problem: Problem, shape: Shape, zone: string): Problem {
  const { code, field, value, message } = problem;
  const ms = Number(value);
  if (code !== 'PAYLOAD_INVALID' || shapeAt(shape, field)?.kind !== 'instant' || !isInstant(ms))
    return problem;
  const time = wallTime(ms, zone);
  const inTime = (text: string) => text.replace(value, () => time);
  const zh = problem.zh === undefined ? {} : { zh: inTime(problem.zh) };
  return { ...problem, ...zh, value: time, message: inTime(message) };
}

// What a Date can hold, and not the empty text.
const isInstant = (ms: number): boolean => ms > 0 && ms <= 8.64e15;

const LONGEST = 60;

function shortened(value: string): string {
  const letters = [...value.replaceAll(/\p{C}/gu, '�')];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('');
}

/** One problem with its place, column and what is wrong with it. */
export function problemLine(problem: Pick<Problem, 'field' | 'origin'>, text: string): string {
  return `${placedField(problem)}${problem.field === '' ? '' : ': '}${text}`;
}

/** A column, with its place where that is another than the row's: `scores.csv:193 value`. */
export function placedField({ field, origin }: Pick<Problem, 'field' | 'origin'>): string {
  return origin === undefined ? field : `${origin.file}:${origin.line} ${field}`;
}
