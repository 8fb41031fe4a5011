import type { Problem } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import { detailInChinese } from './problem-details.ts';
import { w } from './sentences.ts';
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
  const detail = detailInChinese(problem);
  const more = detail === '' ? '' : `；${detail}`;
  return w(`${what.zh}${quoted === '' ? '' : `：${quoted}`}${more}${may.zh}${of.zh}`, message);
}

const LONGEST = 60;

function shortened(value: string): string {
  const letters = [...value.replaceAll(/\p{C}/gu, '�')];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('');
}

/** One problem with its place, column and what is wrong with it. */
export function problemLine({ field, origin }: Pick<Problem, 'field' | 'origin'>, text: string): string {
  const place = origin === undefined ? '' : `${origin.file}:${origin.line} `;
  return `${place}${field === '' ? '' : `${field}: `}${text}`;
}
