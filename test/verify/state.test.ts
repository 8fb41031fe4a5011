import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { eachFinding } from '../../src/plan/findings.ts';
import { openState, type VerifyFinding } from '../../src/verify/state.ts';
import { aFolder } from '../builders.ts';

const OWNER = { pipeline: 'ats', baseUrl: 'https://open.feishu.cn', appId: 'cli_1' };
const NOW = 1_700_000_000_000;

function aFinding(over: Partial<VerifyFinding> = {}): VerifyFinding {
  return {
    kind: 'equal',
    key: 'K-1',
    remoteId: '1',
    application: 'A',
    against: 'f',
    reason: null,
    fields: [],
    ...over,
  };
}

/** The file of a verify that stopped after two records and one application. */
function aStoppedOne(): string {
  const file = join(aFolder(), 'ledger.db.verify-ats');
  const state = openState(file, OWNER, NOW);
  state.beginPass();
  state.put([aFinding(), aFinding({ key: 'K-2', remoteId: '2', application: 'B', kind: 'missing' })]);
  state.meet(['K-1', 'K-2']);
  state.addApplications(['A', 'B']);
  state.closeApplication('A', [aFinding({ kind: 'unknown', key: null, remoteId: '9' })]);
  state.close();
  return file;
}

describe('the state of a verify', () => {
  it('is private, and goes on where it stopped', () => {
    const file = aStoppedOne();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const state = openState(file, OWNER, NOW + 3_600_000);
    expect(state.resumed).toBe(2);
    expect(state.find('K-2')).toMatchObject({ kind: 'missing', application: 'B' });
    expect(state.openApplications(10)).toEqual(['B']);
    expect(
      [...eachFinding(state, ['equal', 'missing', 'unknown'], 1)].map(({ remoteId }) => remoteId),
    ).toEqual(['1', '2', '9']);
    state.finish();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['a day old', OWNER, NOW + 25 * 3_600_000],
    ['of another app', { ...OWNER, appId: 'cli_2' }, NOW],
    ['of another pipeline', { ...OWNER, pipeline: 'other' }, NOW],
  ])('is begun anew when it is %s', (_, owner, now) => {
    const state = openState(aStoppedOne(), owner, now);
    expect([state.resumed, state.find('K-1'), state.openApplications(10)]).toEqual([0, undefined, []]);
    state.close();
  });

  it('is begun anew when it is damaged', () => {
    const file = aStoppedOne();
    for (const bytes of [
      readFileSync(file).subarray(0, 5000).fill(7, 200),
      Buffer.from('no database at all'),
    ]) {
      writeFileSync(file, bytes);
      const state = openState(file, OWNER, NOW);
      expect(state.resumed).toBe(0);
      state.close();
    }
  });

  it('belongs to one verify at a time', () => {
    const file = aStoppedOne();
    const state = openState(file, OWNER, NOW);
    let code = '';
    try {
      openState(file, OWNER, NOW);
    } catch (error) {
      code = HireSyncError.is(error) ? error.code : String(error);
    }
    expect(code).toBe('LEDGER_BUSY');
    state.close();
  });

  it('drops what a walk did not meet, and has its application read again', () => {
    const state = openState(aStoppedOne(), OWNER, NOW);
    state.beginPass();
    state.meet(['K-2']);
    state.dropUnmet();
    expect(state.find('K-1')).toBeUndefined();
    expect(state.count('missing')).toBe(1);
    expect(state.openApplications(10)).toEqual(['A', 'B']);
    // What is read again replaces what was found before.
    state.closeApplication('A', []);
    expect(state.count('unknown')).toBe(0);
    state.close();
  });
});
