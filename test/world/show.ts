import type { Night, World } from './draw.ts';

/** A world in a few lines: what is as it is on most nights is left out. */
export function shown(world: World): string {
  const { nights, records, manners, repeat, ...rest } = world;
  const short = (value: unknown): string => JSON.stringify(value).replaceAll('"', '');
  const rows = records.map((one) =>
    one === null ? '-' : `${one.begin}/${one.who}/${one.verdict}/${one.text}`,
  );
  const told = ({ hours, edits, ledger, quirks, faults, kill, ...flags }: Night): string =>
    [
      `${hours} h`,
      ...(ledger.is === 'kept' ? [] : [`ledger ${short(ledger)}`]),
      ...(edits.length === 0 ? [] : [`edits ${short(edits)}`]),
      ...(quirks.length === 0 ? [] : [`quirks ${short(quirks)}`]),
      ...(faults.length === 0 ? [] : [`faults ${short(faults)}`]),
      ...(kill === null ? [] : [`killed at ${kill.step} ${kill.nth}`]),
      Object.entries(flags)
        .filter(([, value]) => value !== false)
        .map(([name, value]) => (value === true ? name : `${name} ${value}`))
        .join(' '),
    ].join(', ');
  return [
    `records (begin/who/verdict/text): ${rows.join(' ')}`,
    `${short(rest)} ${short(repeat)} manners ${short(manners)}`,
    ...nights.map((night, place) => `night ${place + 1}: ${told(night)}`),
  ].join('\n');
}
