import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createLog, type LogFields, type LogSettings } from '../../src/ops/log.ts';

function aLog(over: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
    ...over,
  });
  return { log, lines };
}

test('one JSON line per event with the fields that are allowed', () => {
  const { log, lines } = aLog();
  log.warn('sent again', {
    endpoint: 'external_interview.create',
    code: 1002001,
    attempt: 2,
    logId: '',
    status: undefined,
  });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 40,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    endpoint: 'external_interview.create',
    code: 1002001,
    attempt: 2,
    msg: 'sent again',
  });
});

test('fields that are not on the list, and values that are no text or number, never reach a line', () => {
  const { log, lines } = aLog();
  const smuggled = {
    key: 'IV-1',
    payload: { username: '张三' },
    secret: 's3cret',
    run: { name: '李四' },
    msg: '王五',
  };
  log.info('row', smuggled as unknown as LogFields);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ key: 'IV-1', msg: 'row' });
  expect(lines.join('')).not.toMatch(/张三|李四|王五|s3cret/);
});

test.each(['json', 'pretty'] as const)('a value cannot break a %s line, and is cut when long', (format) => {
  const { log, lines } = aLog({ format });
  log.error('row', { key: `a\nlevel: forged\u2028\u001b[2J${'x'.repeat(500)}` });
  const text = lines.join('');
  for (const breaking of ['\u2028', '\u001b', '\nlevel']) expect(text).not.toContain(breaking);
  expect(text.length).toBeLessThan(400);
});

test('the level decides, `silent` says nothing', () => {
  const { log, lines } = aLog({ level: 'warn' });
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['c', 'd']);
  const silent = aLog({ level: 'silent' });
  silent.log.error('e');
  expect(silent.lines).toEqual([]);
});

test.each(['json', 'pretty'])(
  '%s goes to standard error, complete even if the process ends at once',
  (format) => {
    const script = `
    import { createLog } from ${JSON.stringify(new URL('../../src/ops/log.ts', import.meta.url).href)};
    const log = createLog({ level: 'info', format: '${format}' });
    for (let line = 1; line <= 500; line += 1) log.info('row', { line });
    process.exit(0);`;
    const shell = `"$0" --input-type=module -e "$1" 2>&1 >/dev/null`;
    const stderr = execFileSync('/bin/sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
    expect(stderr.match(/row/g)).toHaveLength(500);
    expect(stderr).toContain('500');
  },
);
