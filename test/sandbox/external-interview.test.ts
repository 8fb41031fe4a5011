import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  INTERVIEWS,
  MODES,
  reach,
  type Send,
  signedIn,
  UNLIMITED,
} from './client.ts';

let sandbox: Sandbox;
let send: Send;

describe.each(MODES)('%s', (mode) => {
  beforeEach(async () => {
    sandbox = createSandbox(UNLIMITED);
    send = await signedIn(...(await reach(sandbox, mode)));
  });

  /** The body as the documents print it in an answer: each assessment with an id of its own. */
  function shown(id: string, body: ReturnType<typeof anInterview>) {
    const interview_assessments = body.interview_assessments.map((assessment) => ({
      id: expect.stringMatching(/^\d{19}$/),
      ...assessment,
    }));
    return { id, ...body, interview_assessments };
  }

  describe('create', () => {
    it('stores the body and answers with it, ids added, external_id left out', async () => {
      const { status, json } = await send('POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() });
      expect(status).toBe(200);
      const { id } = json.data.external_interview;
      expect(id).toMatch(/^\d{19}$/);
      expect(json).toEqual({ code: 0, msg: 'ok', data: { external_interview: shown(id, anInterview()) } });
      expect(sandbox.interviews()).toEqual([
        {
          id,
          externalId: 'ats:1',
          appId: 'cli_sandbox',
          body: anInterview(),
          assessmentIds: json.data.external_interview.interview_assessments.map(
            ({ id }: { id: string }) => id,
          ),
          createdAtMs: expect.any(Number),
          updatedAtMs: expect.any(Number),
          writes: 1,
        },
      ]);
    });

    it('takes the application alone, and shows no field that was not given', async () => {
      const { json } = await send('POST', INTERVIEWS, { external_application_id: APPLICATION });
      const { id } = json.data.external_interview;
      expect(json.data.external_interview).toEqual({ external_application_id: APPLICATION, id });
    });

    it('drops names that are not documented', async () => {
      await send('POST', INTERVIEWS, { external_application_id: APPLICATION, participants: 2 });
      expect(sandbox.interviews()[0]?.body).toEqual({ external_application_id: APPLICATION });
    });

    it('gives ids that increase and would collide as floating-point numbers', async () => {
      const ids: string[] = [];
      for (const _ of Array(20)) {
        const { json } = await send('POST', INTERVIEWS, { external_application_id: APPLICATION });
        ids.push(json.data.external_interview.id);
      }
      expect(ids).toEqual(ids.toSorted());
      expect(new Set(ids).size).toBe(20);
      expect(new Set(ids.map(Number)).size).toBeLessThan(20);
    });

    it.each([
      ['external_application_id', { external_application_id: undefined }],
      ['external_application_id', { external_application_id: '' }],
      ['external_application_id', { external_application_id: 6960663240925956 }],
      ['external_id', { external_id: 7 }],
      ['participate_status', { participate_status: 4 }],
      ['participate_status', { participate_status: '2' }],
      ['begin_time', { begin_time: '1709600700000' }],
      ['begin_time', { begin_time: 1709600700000.5 }],
      ['end_time', { end_time: null }],
      ['interview_assessments', { interview_assessments: {} }],
      ['interview_assessments[0].conclusion', { interview_assessments: [{ conclusion: 0 }] }],
      ['interview_assessments[0].username', { interview_assessments: [{ username: 5 }] }],
      [
        'interview_assessments[0].assessment_dimension_list[0].score',
        { interview_assessments: [{ assessment_dimension_list: [{ score: 52.5 }] }] },
      ],
      [
        'interview_assessments[0].assessment_dimension_list[1].assessment_type',
        { interview_assessments: [{ assessment_dimension_list: [{}, { assessment_type: 5 }] }] },
      ],
      [
        'interview_assessments[0].assessment_dimension_list[0].options',
        { interview_assessments: [{ assessment_dimension_list: [{ options: 'Go' }] }] },
      ],
    ])('refuses a wrong %s and names it: %j', async (field, change) => {
      const { status, json, headers } = await send('POST', INTERVIEWS, { ...anInterview(), ...change });
      expect(status).toBe(400);
      expect(json.code).toBe(1002002);
      expect(json.error.log_id).toBe(headers.get('x-tt-logid'));
      expect(json.error.field_violations).toMatchObject([{ field }]);
      expect(sandbox.interviews()).toEqual([]);
    });

    it.each([
      ['cut short', '{"external_application_id":"1"'],
      ['a trailing comma', '{"external_application_id":"1",}'],
      ['a BOM', '\ufeff{"external_application_id":"1"}'],
      ['no object', '"1"'],
      ['a list', '[]'],
    ])('refuses a body that is not strict JSON: %s', async (_, raw) => {
      const { status, json } = await send('POST', INTERVIEWS, undefined, { raw });
      expect([status, json.code]).toEqual([400, 1002002]);
    });

    it.each([
      ['application/json', 0],
      ['application/json;charset=UTF-8', 0],
      ['application/json; charset=gbk', 1002002],
      ['text/plain', 1002002],
    ])('Content-Type %s → code %i', async (type, code) => {
      const got = await send('POST', INTERVIEWS, anInterview(), { headers: { 'content-type': type } });
      expect(got.json.code).toBe(code);
    });

    it('knows only the given applications where a list is given', async () => {
      sandbox.setRules({ applications: [APPLICATION] });
      expect((await send('POST', INTERVIEWS, anInterview())).json.code).toBe(0);
      const { status, json } = await send('POST', INTERVIEWS, anInterview({ external_application_id: '1' }));
      expect([status, json.code]).toEqual([400, 1002002]);
    });
  });

  describe('update', () => {
    it('replaces everything: what the new body leaves out is gone', async () => {
      const { json } = await send('POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() });
      const { id } = json.data.external_interview;
      const got = await send('PUT', `${INTERVIEWS}/${id}`, { external_application_id: '2', begin_time: 1 });
      expect(got.json.data.external_interview).toEqual({ external_application_id: '2', id, begin_time: 1 });
      expect(sandbox.interviews()).toMatchObject([
        {
          id,
          externalId: 'ats:1',
          body: { external_application_id: '2', begin_time: 1 },
          assessmentIds: [],
          writes: 2,
        },
      ]);
    });

    it.each(['regenerate', 'keep'] as const)('assessment ids: %s', async (assessmentIds) => {
      sandbox.setRules({ assessmentIds });
      const { json } = await send('POST', INTERVIEWS, anInterview());
      const { id } = json.data.external_interview;
      const [before] = sandbox.interviews();
      await send('PUT', `${INTERVIEWS}/${id}`, anInterview());
      const [after] = sandbox.interviews();
      expect(after?.assessmentIds).toHaveLength(2);
      if (assessmentIds === 'keep') expect(after?.assessmentIds).toEqual(before?.assessmentIds);
      else expect(after?.assessmentIds).not.toContain(before?.assessmentIds[0]);
    });

    it('needs the application, and an id that exists', async () => {
      sandbox.setRules({ unknownIdCode: 1002801 });
      const { json } = await send('POST', INTERVIEWS, anInterview());
      const { id } = json.data.external_interview;
      expect((await send('PUT', `${INTERVIEWS}/${id}`, {})).json.code).toBe(1002002);
      const got = await send('PUT', `${INTERVIEWS}/6900000000000000000`, anInterview());
      expect([got.status, got.json.code]).toEqual([400, 1002801]);
      expect(sandbox.interviews()).toMatchObject([{ body: anInterview(), writes: 1 }]);
    });
  });

  describe('delete', () => {
    it('removes the object, once; a `{}` with it does no harm', async () => {
      const { json } = await send('POST', INTERVIEWS, anInterview());
      const { id } = json.data.external_interview;
      const got = await send('DELETE', `${INTERVIEWS}/${id}`, {});
      expect([got.status, got.json]).toEqual([200, { code: 0, msg: 'ok', data: {} }]);
      expect(sandbox.interviews()).toEqual([]);
      const again = await send('DELETE', `${INTERVIEWS}/${id}`);
      expect([again.status, again.json.code]).toEqual([400, 1002002]);
      expect((await send('PUT', `${INTERVIEWS}/${id}`, anInterview())).json.code).toBe(1002002);
    });

    it('counts what was written, by endpoint', async () => {
      const { json } = await send('POST', INTERVIEWS, anInterview());
      const path = `${INTERVIEWS}/${json.data.external_interview.id}`;
      await send('PUT', path, anInterview());
      await send('PUT', path, {});
      await send('DELETE', path);
      expect(sandbox.state().writes).toEqual({
        'external_interview.create': 1,
        'external_interview.update': 1,
        'external_interview.delete': 1,
      });
    });
  });
});
