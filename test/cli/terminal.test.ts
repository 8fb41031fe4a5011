import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import stringWidth from 'string-width';
import { afterEach, expect, it, vi } from 'vitest';
import { forTerminal, wrapped } from '../../src/cli/terminal.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const CHINESE =
  '计划：将新建 115，将更新 0，未变 0，跳过 3，数据有误 12，待处理（暂不写入） 2 = 读取 132 行。原系统中已不存在 0 条。';
const ENGLISH =
  'Plan: 115 to create, 0 to update, 0 unchanged, 3 skipped, 12 rejected, 2 held = 132 rows read. 0 missing in the source.';

it.each([
  CHINESE,
  ENGLISH,
  '  + create   MS00081201       interviews.csv:2  因为飞书中被修改（综合评价），暂不写入，请在明天之前决定',
])('wraps by the columns that a terminal gives, and loses nothing: %s', (line) => {
  for (const columns of [40, 57, 80, 200]) {
    const lines = wrapped(line, columns);
    for (const one of lines) expect(stringWidth(one), one).toBeLessThanOrEqual(columns);
    expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
    for (const one of lines.slice(1)) expect(one).not.toMatch(/^\s*[，。、）：]/);
    for (const one of lines.slice(0, -1)) expect(one).not.toMatch(/（$/);
  }
  expect(wrapped(line, 300)).toEqual([line]);
});

it('leaves a long word whole, to be copied', () => {
  const hash = 'a'.repeat(64);
  expect(wrapped(`Saved plan: sha256 ${hash}.`, 50)).toEqual(['Saved plan: sha256', `    ${hash}.`]);
});

it('colours a terminal, and nothing where NO_COLOR or a pipe forbids it; FORCE_COLOR colours a pipe', () => {
  const GREEN = '\u001B[32m';
  const shown = (isTTY: boolean, env: Readonly<Record<string, string>>) => {
    // Node takes a terminal in a CI for one without colours, and one in tmux for one with all.
    const asked = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI', 'TMUX', 'TF_BUILD', 'COLORTERM'];
    for (const name of asked) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries({ TERM: 'xterm-256color', ...env })) vi.stubEnv(name, value);
    const stream = Object.assign(new PassThrough(), {
      isTTY,
      columns: 80,
      getColorDepth: WriteStream.prototype.getColorDepth,
    });
    return [...forTerminal(['  + create   IV-1\n', `${ENGLISH}\n`, '\n'], stream as never)].join('');
  };
  const plain = `  + create   IV-1\n${ENGLISH}\n\n`;
  expect(shown(false, {})).toBe(plain);
  expect(shown(true, {})).toContain(`${GREEN}  + create   IV-1`);
  expect(shown(true, { NO_COLOR: '1' })).not.toContain('\u001B');
  expect(shown(true, { NO_COLOR: '1' }).split('\n').length).toBeGreaterThan(plain.split('\n').length);
  expect(shown(false, { FORCE_COLOR: '1' })).toContain(GREEN);
});
