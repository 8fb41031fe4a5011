import type { LoadedLookups } from '../../src/mapping/lookups.ts';
import type { Problem, SourceRecord } from '../../src/model.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import { createTransform } from '../../src/pipeline/transform.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import type { Source } from '../../src/readers/source.ts';

/** A record as a reader yields it. */
export function recordOf(
  values: Record<string, unknown>,
  more: {
    line?: number;
    file?: string;
    children?: Record<string, SourceRecord[]>;
    problems?: Problem[];
  } = {},
): SourceRecord {
  const { line = 2, file = 'interviews.csv', children = {}, problems } = more;
  return { origin: { file, line }, values, children, ...(problems === undefined ? {} : { problems }) };
}

/** A source of given records. */
export function sourceOf<Row>(...records: SourceRecord[]): Source<Row> {
  return {
    kind: 'test',
    files: ['interviews.csv'],
    columnar: ['interviews.csv'],
    async *read() {
      yield* records;
    },
  } as Source<Row>;
}

const NO_LOOKUPS: LoadedLookups = {
  names: [],
  holds: () => false,
  find: () => [],
  alike: () => undefined,
  describe: (name) => name,
};

/** Maps one record; the payload of a mapped one is its draft as JSON text. CSV files are those whose name says so. */
export function transformed(pipeline: Pipeline, record: SourceRecord, lookups = NO_LOOKUPS): Mapped {
  const transform = createTransform(pipeline, {
    lookups,
    check: (draft) => ({ ok: true, dateMs: null, payload: { json: JSON.stringify(draft), fingerprint: '' } }),
    hasColumns: (file) => file.endsWith('.csv'),
  });
  return transform(record);
}
