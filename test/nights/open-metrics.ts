/**
 * A strict reader of OpenMetrics text as far as gauges go: families are declared before their samples and do not mix,
 * every label is quoted and escaped, no sample comes twice, and `# EOF` is the end.
 * @returns values by name and labels, as `name{"label":"value"}`
 * @throws Error that names the line
 */
export function samplesIn(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const done = new Set<string>();
  let family: { name: string; type?: string } | undefined;
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF')
    throw new Error('it does not end with # EOF and a line feed');
  for (const line of lines) {
    const meta = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line);
    if (meta !== null) {
      const [, what, name = '', rest = ''] = meta;
      if (family?.name !== name) {
        if (done.has(name)) throw new Error(`a second family of one name: ${line}`);
        done.add(name);
        family = { name };
      }
      if (what === 'TYPE') {
        if (rest !== 'gauge') throw new Error(`no gauge: ${line}`);
        family.type = rest;
      }
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value] = sample;
    if (name !== family?.name || family.type === undefined) throw new Error(`outside of its family: ${line}`);
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/gy)];
    if (pairs.map(([all]) => all).join('') !== labels) throw new Error(`labels: ${line}`);
    const read = JSON.stringify(Object.fromEntries(pairs.map(([, label, text]) => [label, text])));
    if (samples.has(name + read)) throw new Error(`twice: ${line}`);
    samples.set(name + read, Number(value));
  }
  return samples;
}
