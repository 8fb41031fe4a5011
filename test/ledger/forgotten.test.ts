import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { eraseFromCopy, lookInCopy } from '../../src/ledger/erase-copy.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { forgottenFile } from '../../src/ledger/tombstones.ts';
import { aFolder, anIntent } from '../builders.ts';

const RECORD = { pipeline: 'legacy-ats', key: 'IV-1' };

function open<T>(file: string, work: (ledger: Ledger) => T): T {
  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  try {
    ledger.leases.acquire('run-1');
    return work(ledger);
  } finally {
    ledger.leases.release('run-1');
    ledger.close();
  }
}

/** A ledger in which IV-1 and IV-2 were created, and IV-1 is forgotten. */
function aLedgerWithout(): { readonly file: string; readonly copy: string } {
  const file = join(aFolder(), 'ledger.db');
  const copy = `${file}.copy`;
  open(file, (ledger) => {
    for (const [key, id] of [
      ['IV-1', '11'],
      ['IV-2', '22'],
    ] as const) {
      const intent = anIntent({ run: 'run-1', key, externalId: `x:${key}` });
      ledger.settle(ledger.begin(intent), intent, id, { outcome: 'done', code: 0, logId: '' });
    }
  });
  copyFileSync(file, copy);
  open(file, ({ forgotten }) => {
    forgotten.begin([RECORD]);
    forgotten.erase(RECORD);
    forgotten.compact();
    forgotten.end(RECORD, '{"n":1}');
  });
  return { file, copy };
}

describe('a forgotten record', () => {
  it('is known by a hash in the ledger and beside it, whichever of them is left', () => {
    const { file, copy } = aLedgerWithout();
    const stone = readFileSync(forgottenFile(file), 'utf8');
    expect(stone).not.toContain('IV-1');
    expect(readFileSync(file).includes('IV-1')).toBe(false);
    const isKnown = (ledger: Ledger) => [
      ledger.forgotten.has('legacy-ats', 'IV-1'),
      ledger.forgotten.has('legacy-ats', 'IV-2'),
      ledger.forgotten.has('other', 'IV-1'),
    ];
    expect(open(file, isKnown)).toEqual([true, false, false]);
    // What lies beside the ledger is lost: the next holder of the lease writes it again.
    rmSync(forgottenFile(file));
    expect(open(file, isKnown)).toEqual([true, false, false]);
    expect(JSON.parse(readFileSync(forgottenFile(file), 'utf8'))).toEqual(JSON.parse(stone));
    // An older copy is put back: what it has of the record is to be erased.
    copyFileSync(copy, file);
    open(file, (ledger) => {
      expect(isKnown(ledger)).toEqual([true, false, false]);
      expect(ledger.forgotten.begun()).toEqual([{ ...RECORD, found: null }]);
      expect(ledger.forgotten.find('legacy-ats', 'IV-1')).toMatchObject({ certificate: null });
    });
  });

  it('stays forgotten when its pipeline gets another name; revoked, it gets another external_id', () => {
    const { file } = aLedgerWithout();
    open(file, (ledger) => {
      ledger.renamePipeline('legacy-ats', 'new-name');
      expect(ledger.doubts.externalId('new-name', 'IV-1', 'x')).toBe('x');
    });
    open(file, (ledger) => {
      expect(ledger.forgotten.has('new-name', 'IV-1')).toBe(true);
      expect(ledger.forgotten.find('new-name', 'IV-1')).toMatchObject({ certificate: '{"n":1}' });
      expect(ledger.forgotten.revoke({ pipeline: 'new-name', key: 'IV-1' })).toBe(true);
      expect(ledger.forgotten.revoke({ pipeline: 'new-name', key: 'IV-1' })).toBe(false);
      // To the old one Feishu would answer the id of what was deleted.
      expect(ledger.doubts.externalId('new-name', 'IV-1', 'x')).toBe('x#2');
    });
    open(file, ({ forgotten }) => expect(forgotten.has('new-name', 'IV-1')).toBe(false));
  });

  it('is not certified while a program reads the log that still has it; a copy of that moment is cleared, too', () => {
    const { file, copy } = aLedgerWithout();
    copyFileSync(copy, file);
    rmSync(forgottenFile(file));
    open(file, (ledger) => {
      ledger.forgotten.begin([RECORD]);
      const reader = new Database(file, { readonly: true });
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM entry').get();
      ledger.forgotten.erase(RECORD);
      expect(() => ledger.forgotten.compact()).toThrow(/Another program reads the ledger/);
      expect(ledger.forgotten.begun()).toHaveLength(1);
      reader.close();
      ledger.forgotten.compact();
    });
    copyFileSync(file, copy);
    expect(lookInCopy(copy, RECORD)).toMatchObject({ rows: 1 });
    eraseFromCopy(copy, RECORD, []);
    expect(lookInCopy(copy, RECORD)).toMatchObject({ rows: 0 });
    expect(readFileSync(copy).includes('IV-1')).toBe(false);
  });

  it('is not sent while nobody can tell who is forgotten', () => {
    const { file } = aLedgerWithout();
    writeFileSync(forgottenFile(file), '{"forgotten": [');
    expect(() => open(file, () => {})).toThrow(/cannot be read.*nothing is sent without it/);
    const reading = openLedger({ file, mode: 'read', now: Date.now });
    expect(() => reading.forgotten.has('legacy-ats', 'IV-1')).toThrow(/cannot be read/);
    reading.close();
  });
});
