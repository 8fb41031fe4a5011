import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type FaultRule, type Sandbox } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  CHECKS,
  INTERVIEWS,
  MODES,
  reach,
  type Send,
  signedIn,
  UNLIMITED,
} from './client.ts';

let sandbox: Sandbox;
let send: Send;
const OTHER = '7003247299220982060';
const ERROR = { kind: 'error', status: 500, code: 1002001 } as const;

describe.each(MODES)('%s', (mode) => {
  beforeEach(async () => {
    sandbox = createSandbox(UNLIMITED);
    send = await signedIn(...(await reach(sandbox, mode)));
  });

  /** Codes of creates with these external ids, one after the other. */
  async function codes(externalIds: readonly string[]): Promise<number[]> {
    const got = [];
    for (const external_id of externalIds)
      got.push((await send('POST', INTERVIEWS, { external_id, ...anInterview() })).json.code);
    return got;
  }

  describe('a fault rule', () => {
    it.each<[string, Omit<FaultRule, 'fault'>, number[]]>([
      ['without conditions', {}, [1002001, 1002001, 1002001, 1002001]],
      ['times', { times: 2 }, [1002001, 1002001, 0, 0]],
      ['nth', { match: { nth: 3 } }, [0, 0, 1002001, 0]],
      ['key', { match: { key: 'ats:2' } }, [0, 1002001, 0, 0]],
      ['key and nth', { match: { key: 'ats:', nth: 2 } }, [0, 1002001, 0, 0]],
      ['another endpoint', { match: { endpoint: 'external_interview.update' } }, [0, 0, 0, 0]],
      ['probability 0', { match: { probability: 0 } }, [0, 0, 0, 0]],
    ])('%s', async (_, rule, expected) => {
      sandbox.setFaults([{ ...rule, fault: ERROR }]);
      expect(await codes(['ats:1', 'ats:2', 'ats:3', 'ats:4'])).toEqual(expected);
    });

    it.each<[string, NonNullable<FaultRule['match']>, number[]]>([
      ['target', { resource: 'external_background_check' }, [0, 0, 0, 1, 0, 0, 1]],
      ['application, named or of the object in the path', { application: OTHER }, [0, 1, 0, 0, 0, 1, 0]],
      ['application of a delete', { application: APPLICATION }, [1, 0, 1, 1, 0, 0, 0]],
      ['part of the body', { body: '"participate_status":3' }, [0, 1, 0, 0, 0, 0, 0]],
      ['by ids', { by: 'ids' }, [0, 0, 0, 0, 1, 0, 1]],
      ['by list', { by: 'list' }, [0, 0, 0, 0, 0, 1, 0]],
      ['repeat', { repeat: true }, [0, 0, 1, 0, 0, 0, 0]],
      ['no repeat', { repeat: false, resource: 'external_interview' }, [1, 1, 1, 0, 1, 1, 0]],
      ['from a time on', { fromMs: 4_000 }, [0, 0, 0, 0, 1, 1, 1]],
      ['until a time', { untilMs: 2_000 }, [1, 1, 0, 0, 0, 0, 0]],
      ['a span and the nth in it', { fromMs: 2_000, untilMs: 5_000, nth: 2 }, [0, 0, 0, 1, 0, 0, 0]],
    ])('by %s', async (_, match, expected) => {
      sandbox = createSandbox({ ...UNLIMITED, now: () => 1_700_000_000_000 });
      send = await signedIn(...(await reach(sandbox, mode)));
      sandbox.setFaults([{ match, fault: ERROR }]);
      const requests: [string, string, object?][] = [
        ['POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() }],
        [
          'POST',
          INTERVIEWS,
          { external_id: 'ats:2', ...anInterview({ participate_status: 3, external_application_id: OTHER }) },
        ],
        ['POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() }],
        ['POST', CHECKS, { external_id: 'ats:1', external_application_id: APPLICATION }],
        ['POST', `${INTERVIEWS}/batch_query`, { external_interview_id_list: ['1'] }],
        ['POST', `${INTERVIEWS}/batch_query?external_application_id=${OTHER}`, {}],
        ['POST', `${CHECKS}/batch_query`, { external_background_check_id_list: ['1'] }],
      ];
      const failed: number[] = [];
      for (const [method, path, body] of requests) {
        failed.push((await send(method, path, body)).json.code === 0 ? 0 : 1);
        sandbox.clock.advance(1_000);
      }
      expect(failed).toEqual(expected);
    });

    it('finds the key in the path and in the id list as well', async () => {
      const { json } = await send('POST', INTERVIEWS, anInterview());
      const { id } = json.data.external_interview;
      sandbox.setFaults([{ match: { key: id }, fault: ERROR }]);
      const query = `${INTERVIEWS}/batch_query`;
      expect((await send('PUT', `${INTERVIEWS}/${id}`, anInterview())).json.code).toBe(1002001);
      expect((await send('POST', query, { external_interview_id_list: [id] })).json.code).toBe(1002001);
      expect((await send('POST', query, {})).json.code).toBe(0);
    });

    it('is drawn repeatably from its seed', async () => {
      const draws = async (seed: number) => {
        sandbox.setFaults([{ match: { probability: 0.5, seed }, fault: ERROR }]);
        return codes(Array.from({ length: 40 }, (_, index) => `ats:${index}`));
      };
      const first = await draws(1);
      expect(await draws(1)).toEqual(first);
      expect(await draws(2)).not.toEqual(first);
      expect(first.filter((code) => code !== 0).length).toBeGreaterThan(8);
      expect(first.filter((code) => code === 0).length).toBeGreaterThan(8);
    });

    it('comes first among those that fire, and does not use up the others', async () => {
      sandbox.setFaults([
        { times: 1, fault: ERROR },
        { times: 1, fault: { kind: 'error', status: 500, code: 2200 } },
      ]);
      expect(await codes(['1', '2', '3'])).toEqual([1002001, 2200, 0]);
    });

    it('that follows a commit waits for work that succeeds', async () => {
      sandbox.setFaults([{ times: 1, fault: { ...ERROR, committed: true } }]);
      expect((await send('POST', INTERVIEWS, {})).json.code).toBe(1002002);
      expect((await send('POST', INTERVIEWS, anInterview())).json.code).toBe(1002001);
      expect(sandbox.interviews()).toHaveLength(1);
    });

    it('does not look at requests without a valid token or over the limit', async () => {
      sandbox.setRules({ limits: { 'external_interview.create': 1 } });
      sandbox.setFaults([{ match: { nth: 2 }, fault: ERROR }]);
      expect(await codes(['1', '2'])).toEqual([0, 99991400]);
      sandbox.setRules({ limits: { 'external_interview.create': null } });
      expect(await codes(['3'])).toEqual([1002001]);
    });
  });

  describe('settings', () => {
    it.each([
      ['a fault of an unknown kind', () => sandbox.setFaults([{ fault: { kind: 'fire' } } as never]), /kind/],
      [
        'a misspelt condition',
        () => sandbox.setFaults([{ match: { nht: 1 }, fault: ERROR } as never]),
        /nht/,
      ],
      [
        'a quirk that is none',
        () => sandbox.setQuirks([{ match: { nth: 1 } } as never]),
        /exactly one of keep/,
      ],
      [
        'two quirks in one',
        () => sandbox.setQuirks([{ keep: [{ kind: 'trim' }], read: { kind: 'nothing' } } as never]),
        /exactly one of keep/,
      ],
      [
        'a field that does not exist',
        () => sandbox.setQuirks([{ keep: [{ kind: 'cut', characters: 5, fields: ['comment'] }] }]),
        /no field "comment"/,
      ],
      [
        'a field of another type',
        () => sandbox.setQuirks([{ keep: [{ kind: 'floor', toMs: 1000, fields: ['score'] }] }]),
        /no field "score"/,
      ],
      [
        'a mask that is kept',
        () => sandbox.setQuirks([{ keep: [{ kind: 'mask', fields: ['score'] }] } as never]),
        /shown only/,
      ],
      [
        'null that is kept',
        () => sandbox.setQuirks([{ keep: [{ kind: 'fill', with: 'null' }] }]),
        /shown only/,
      ],
      [
        'an option for some requests that others are let in by',
        () => sandbox.setQuirks([{ options: { tokenLifeSeconds: 1 } } as never]),
        /tokenLifeSeconds/,
      ],
      [
        'one object of no answer',
        () => sandbox.setQuirks([{ only: '1', read: { kind: 'nothing' } } as never]),
        /"only"/,
      ],
      ['an unknown rule', () => sandbox.setRules({ limit: 5 } as never), /limit/],
      ['an unknown endpoint', () => sandbox.setRules({ limits: { create: 5 } } as never), /limits/],
      ['a wrong value', () => sandbox.setRules({ repeat: 'maybe' } as never), /repeat/],
      ['a seed out of range', () => createSandbox({ seed: -1 }), /seed/],
      ['an app without a secret', () => createSandbox({ apps: [{ appId: 'cli_x' }] as never }), /appSecret/],
    ])('refuse %s and say where', (_, act, message) => {
      expect(act).toThrow(message);
      expect(act).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    });

    it('are all or nothing', () => {
      expect(() => sandbox.setRules({ readLagMs: 7, repeat: 'maybe' } as never)).toThrow();
      expect(sandbox.state().rules.readLagMs).toBe(0);
    });

    it('clock.advance refuses to go back', () => {
      expect(() => sandbox.clock.advance(-1)).toThrow(RangeError);
    });
  });
});
