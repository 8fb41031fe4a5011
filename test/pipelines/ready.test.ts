import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/result/report.ts';
import { ROOT } from '../cli/child.ts';
import { aPlace, type JsonReport, type Place } from '../cli/place.ts';
import { type Brought, SYSTEMS } from './ready-systems.ts';

type Night = JsonReport & Pick<Report, 'orphans'>;

const FOLDER = join(ROOT, 'pipelines');

/** What stands in Feishu, by `external_id`. */
function broughtIn(place: Place): Readonly<Record<string, Brought>> {
  const all = place.sandbox.interviews().map(({ externalId, body }): [string, Brought] => {
    const said = body.interview_assessments ?? [];
    return [
      externalId ?? '',
      [
        body.participate_status,
        ...said.map(({ username = '', conclusion }) => [username, conclusion] as const),
      ],
    ];
  });
  return Object.fromEntries(all);
}

const textsIn = (place: Place): string[] =>
  place.sandbox.interviews().map(({ body }) => JSON.stringify(body));

/** A sync of all pipelines of a system, as somebody would run who copied `pipelines/` beside an export. */
async function night(
  place: Place,
  names: readonly string[],
  flags: readonly string[] = [],
): Promise<readonly Night[]> {
  const files = names.map((name) => join(place.folder, 'pipelines', `${name}.ts`));
  // Several pipelines take their folder from `sourceDir`; one that says nothing of it needs the flag.
  const source = names.length === 1 ? ['--source', join(place.folder, 'fixtures', names[0] ?? '')] : [];
  const { stdout, stderr, code } = await place.run([
    'sync',
    ...files,
    ...source,
    '--json',
    '--rate',
    '200',
    ...flags,
  ]);
  expect([code, stderr]).toEqual([flags.length === 0 ? 0 : 3, expect.not.stringContaining('Stopped')]);
  const printed = JSON.parse(stdout) as Night | { readonly pipelines: readonly Night[] };
  return 'pipelines' in printed ? printed.pipelines : [printed];
}

describe.each(Object.entries(SYSTEMS))(
  '%s',
  (system, { pipelines, skipped, change, said, refused, privateNotes }) => {
    const names = Object.keys(pipelines);

    it('brings all verdicts the right way round, leaves private notes out, updates one interview for one word', async () => {
      const place = await aPlace();
      const [source, own] = [join(place.folder, 'fixtures', system), join(place.folder, 'pipelines')];
      cpSync(join(ROOT, 'fixtures', system), source, { recursive: true });
      cpSync(FOLDER, own, { recursive: true });

      const first = await night(place, names);
      expect(first.map(({ rows }) => [rows.created, rows.skipped, rows.rejected, rows.held])).toEqual(
        Object.values(pipelines).map((records, n) => [Object.keys(records).length, skipped[n], 0, 0]),
      );
      // What one of the pipelines brings is no orphan in the other.
      expect(first.map(({ orphans }) => orphans)).toEqual(names.map(() => 0));
      const expected = Object.entries(pipelines).flatMap(([name, records]) =>
        Object.entries(records).map(([key, brought]) => [`${name}:${key}`, brought]),
      );
      expect(broughtIn(place)).toEqual(Object.fromEntries(expected));
      expect(textsIn(place).filter((text) => text.includes('PRIVATE'))).toEqual([]);
      const assessments = place.sandbox.interviews().flatMap(({ body }) => body.interview_assessments ?? []);
      const {
        username: _name,
        conclusion: _pass,
        ...rest
      } = assessments.find((one) => one.conclusion === 2) ?? {};
      expect(rest).toEqual(said);

      // The same export again sends nothing; one word of one interviewer is one update.
      const written = place.writes().length;
      await night(place, names);
      expect(place.writes()).toHaveLength(written);
      const [file, from, to] = change;
      const before = readFileSync(join(source, file), 'utf8');
      expect(before.split(from)).toHaveLength(2);
      writeFileSync(join(source, file), before.replace(from, to));
      await night(place, names);
      expect(
        place
          .writes()
          .slice(written)
          .map(({ endpoint }) => endpoint),
      ).toEqual(['external_interview.update']);
      expect(broughtIn(place)).toEqual(Object.fromEntries(expected));
      expect(textsIn(place).filter((text) => text.includes(to))).toHaveLength(1);

      // What would be lost, or guessed, is rejected by one of the pipelines, with its reason (exit 3). Of so few rows one
      // is a share that the guard on orphans would stop.
      const [damaged, right, wrong, problem] = refused;
      const sound = readFileSync(join(source, damaged), 'utf8');
      expect(sound.split(right)).toHaveLength(2);
      writeFileSync(join(source, damaged), sound.replace(right, wrong));
      const rejects = (await night(place, names, ['--allow', 'orphans'])).flatMap((report) => report.rejects);
      expect(rejects.map(({ problems }) => problems.map(({ message }) => message))).toEqual([[problem]]);
      writeFileSync(join(source, damaged), sound);

      if (privateNotes === undefined) return;
      const rules = join(own, privateNotes.file);
      const asked = readFileSync(rules, 'utf8').replace(
        'PRIVATE_NOTES: boolean = false',
        'PRIVATE_NOTES: boolean = true',
      );
      writeFileSync(rules, asked);
      await night(place, names);
      expect(textsIn(place).filter((text) => text.includes('PRIVATE'))).toHaveLength(privateNotes.records);
    });
  },
);

it('all ready pipelines and their rules take at most 80 lines a file', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const ready = files.filter((file) => /(^|\/)(greenhouse|lever|ashby|beisen|moka)[a-z-]*\.ts$/.test(file));
  const lines = ready.map(
    (file) => [file, readFileSync(join(FOLDER, file), 'utf8').split('\n').length - 1] as const,
  );
  expect(lines).toHaveLength(11);
  expect(lines.filter(([, count]) => count > 80)).toEqual([]);
});
