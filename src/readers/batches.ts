import type { SourceRecord } from '../model.ts';

/** Records that can be had by the array as well: a promise for each of millions costs more than parsing them. */
interface Batched extends AsyncIterable<SourceRecord> {
  readonly [BATCHES]: AsyncGenerator<readonly SourceRecord[]>;
}

const BATCHES = Symbol('batches');

/** The records of batches, one by one or, through `batchesOf`, as they come. To be read in one of both ways. */
export function batched(batches: AsyncGenerator<readonly SourceRecord[]>): AsyncIterable<SourceRecord> {
  const each = flat(batches);
  const all: Batched = { [Symbol.asyncIterator]: () => each, [BATCHES]: batches };
  return all;
}

/** Records by the array: those of the reader, or of one each. */
export function batchesOf(records: AsyncIterable<SourceRecord>): AsyncIterable<readonly SourceRecord[]> {
  return isBatched(records) ? records[BATCHES] : single(records);
}

/** The same, but one by one where that is how they are read. */
export function asRead(
  records: AsyncIterable<SourceRecord>,
): AsyncIterable<SourceRecord | readonly SourceRecord[]> {
  return isBatched(records) ? records[BATCHES] : records;
}

function isBatched(records: AsyncIterable<SourceRecord>): records is Batched {
  return BATCHES in records;
}

async function* flat(batches: AsyncGenerator<readonly SourceRecord[]>): AsyncGenerator<SourceRecord> {
  for await (const batch of batches) yield* batch;
}

async function* single(records: AsyncIterable<SourceRecord>): AsyncGenerator<readonly SourceRecord[]> {
  for await (const record of records) yield [record];
}

/** The same records, each shown to `watch` as it comes by. */
export async function* watched(
  records: AsyncIterable<SourceRecord>,
  watch: (record: SourceRecord) => void,
): AsyncGenerator<SourceRecord> {
  for await (const record of records) {
    watch(record);
    yield record;
  }
}
