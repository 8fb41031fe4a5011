import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { csvLookup } from '../../src/mapping/lookups.ts';
import { definePipeline, isPipeline } from '../../src/pipeline/define.ts';
import { sourceOf } from './record-of.ts';

type Spec = Parameters<typeof definePipeline>[0];
const good = {
  name: 'legacy-ats',
  target: 'external_interview' as const,
  source: sourceOf<Record<string, string>>(),
  key: (row: Record<string, string>) => row.id,
  map: (row: Record<string, string>) => ({ external_application_id: row.app ?? '' }),
};

/** What is said against settings that TypeScript would not have let through. */
function complaint(settings: unknown): string {
  try {
    definePipeline(settings as Spec);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'PIPELINE_INVALID') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('definePipeline', () => {
  it('takes the texts that may be lost by their paths, and no others', () => {
    const path = 'interview_assessments.content';
    expect(definePipeline({ ...good, accepts: { cut: [path] } }).accepts).toEqual({ cut: [path] });
    expect(definePipeline(good).accepts).toEqual({});
    expect(complaint({ ...good, accepts: { cut: ['interview_assessments.contents'] } })).toMatch(
      /accepts\.cut names "interview_assessments\.contents", which is no text of the payload\..*Texts: .*interview_assessments\.content/,
    );
    expect(complaint({ ...good, accepts: { lost: [path] } })).toContain('lost');
  });

  it('completes and freezes', () => {
    const pipeline = definePipeline(good);
    expect(isPipeline(pipeline)).toBe(true);
    expect(isPipeline(good)).toBe(false);
    expect(Object.isFrozen(pipeline)).toBe(true);
    expect(pipeline).toMatchObject({ name: 'legacy-ats', lookups: {}, sourceDir: undefined });
    expect(pipeline.target).toBe(TARGETS.external_interview);
    expect(pipeline.externalId('A-1')).toBe('legacy-ats:A-1');
    expect(pipeline.map({ app: '7' }, {} as never)).toEqual({ external_application_id: '7' });
  });

  it('keeps lookups and the pipeline’s own external id', () => {
    const application = csvLookup('apps.csv', 'no', 'id');
    const pipeline = definePipeline({
      ...good,
      lookups: { application },
      externalId: (key) => `moka:${key}`,
      sourceDir: 'data',
    });
    expect(pipeline).toMatchObject({ lookups: { application }, sourceDir: 'data' });
    expect(pipeline.externalId('A-1')).toBe('moka:A-1');
  });

  it.each(['', ' a', 7, undefined])('refuses the external id %j when it is asked for', (id) => {
    const pipeline = definePipeline({ ...good, externalId: () => id as string });
    expect(() => pipeline.externalId('A-1')).toThrow(
      'externalId("A-1") must give a text without spaces around it',
    );
  });

  it('says everything that is wrong at once', () => {
    const settings = {
      ...good,
      name: 'Legacy ATS',
      target: 'interview',
      source: 'a.csv',
      key: 'id',
      mpa: 1,
      lookups: { a: 'a.csv' },
      sourceDir: '',
    };
    expect(complaint(settings).split('\n')).toEqual([
      'Pipeline "Legacy ATS" is not valid:',
      '  - "name" must be 1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit.',
      '  - "target" must be one of: external_interview, external_background_check.',
      '  - "source" must be a source: csv(…), json(…), jsonl(…), join(…), groupBy(…), split(…) or feishuInterviewRecords(…).',
      '  - "lookups.a" must be a lookup: csvLookup(file, keyColumn, valueColumn).',
      '  - "key" must be a function from a row to its key.',
      '  - "sourceDir" must not be empty.',
      '  - "mpa" is not a setting. Did you mean "map"? Settings: name, target, source, lookups, key, skip, map, label, sourceDir, zone, keepWaiting, onDrift, guards, accepts, externalId.',
    ]);
  });

  it.each([
    ['a', true],
    ['0-a', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['-a', false],
    ['a_b', false],
    ['a\n', false],
    ['', false],
    [7, false],
  ])('name %j: %s', (name, fine) => {
    if (fine) expect(definePipeline({ ...good, name } as Spec).name).toBe(name);
    else expect(complaint({ ...good, name })).toContain('"name" must be');
  });

  it.each([undefined, null, 'x', []])('refuses %j', (settings) => {
    expect(complaint(settings)).toContain('definePipeline needs an object of settings.');
  });
});
