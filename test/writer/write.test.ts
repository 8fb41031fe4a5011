import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { aCreate, anUpdate, aWriteWorld, type Seen, type WriteWorld } from './write-world.ts';

const CREATE = 'external_interview.create';
const UPDATE = 'external_interview.update';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const keyOf = async (request: Request): Promise<string> =>
  ((await request.clone().json()) as { external_id: string }).external_id.replace('legacy-ats:', '');

/** The record has an interview in Feishu, and the ledger knows. */
async function settled(world: WriteWorld, n: number): Promise<string> {
  await world.apply([aCreate(n)]);
  world.outcomes.length = 0;
  return world.ledger.find('legacy-ats', `IV-${n}`)!.remoteId!;
}

describe('intent, request, answer', () => {
  it('an intent is on disk before its request leaves, and the id when the change is told', async () => {
    const before = new Map<string, Seen | undefined>();
    const world = aWriteWorld({}, async (request, { onDisk }) => {
      const key = await keyOf(request);
      before.set(
        key,
        onDisk().find((row) => row.key === key),
      );
    });
    const changes = range(30).map(aCreate);
    await world.apply(changes, {
      onOutcome({ change }, outcome) {
        const row = world.onDisk().find(({ key }) => key === change.key);
        expect(row).toMatchObject({ state: 'settled', intent_payload: null, unanswered: 0 });
        expect(outcome).toEqual({ kind: 'done', remoteId: row?.remote_id });
      },
    });
    for (const { key, payload } of changes) {
      expect(before.get(key)).toEqual({
        key,
        state: 'creating',
        remote_id: null,
        intent_payload: payload.json,
        unanswered: 1,
      });
    }
    expect(world.sandbox.interviews().map(({ externalId }) => externalId)).toEqual(
      range(30).map((n) => `legacy-ats:IV-${n}`),
    );
  });

  it('every repeat is an attempt of its own, with the answer before it', async () => {
    const seen: number[] = [];
    const world = aWriteWorld(
      {
        faults: [
          { match: { endpoint: CREATE }, times: 2, fault: { kind: 'error', status: 500, code: 1002001 } },
        ],
      },
      (_, { onDisk }) => void seen.push(onDisk()[0]!.unanswered),
    );
    await world.apply([aCreate(1)]);
    expect(seen).toEqual([1, 1, 1]);
    expect(world.outcomes).toMatchObject([{ key: 'IV-1', outcome: { kind: 'done' } }]);
    expect(world.attempts('IV-1')).toEqual([
      { action: 'create', outcome: 'retried', code: 1002001 },
      { action: 'create', outcome: 'retried', code: 1002001 },
      { action: 'create', outcome: 'done', code: 0 },
    ]);
  });

  it('an update goes to the id of the record, with the whole payload and without external_id', async () => {
    const bodies: object[] = [];
    const world = aWriteWorld({}, async (request) => {
      if (request.method === 'PUT') bodies.push((await request.clone().json()) as object);
    });
    const id = await settled(world, 1);
    const change = anUpdate(1, id, '很扎实');
    await world.apply([change]);
    expect(world.outcomes).toEqual([{ key: 'IV-1', outcome: { kind: 'done', remoteId: id } }]);
    expect(bodies).toEqual([JSON.parse(change.payload.json)]);
    expect(world.sandbox.interviews()).toMatchObject([
      { id, writes: 2, body: JSON.parse(change.payload.json) },
    ]);
    expect(world.ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'settled',
      applied: change.payload,
    });
  });

  it('no more than 48 intents are open at a time, however slow the answers are', async () => {
    let most = 0;
    const world = aWriteWorld({ latency: { meanMs: 80, jitter: 1 } }, (_, { onDisk }) => {
      most = Math.max(most, onDisk().filter(({ state }) => state === 'creating').length);
    });
    await world.apply(range(150).map(aCreate));
    expect(world.outcomes).toHaveLength(150);
    expect(most).toBeLessThanOrEqual(48);
    expect(most).toBeGreaterThan(1);
  });
});

describe('what comes back', () => {
  it('a refused create leaves nothing behind but the attempt', async () => {
    const fault = { kind: 'error', status: 400, code: 1002002, msg: 'bad row' } as const;
    const world = aWriteWorld({ faults: [{ match: { endpoint: CREATE, key: 'IV-2' }, fault }] });
    await world.apply(range(3).map(aCreate));
    expect(world.outcomes).toContainEqual({
      key: 'IV-2',
      outcome: {
        kind: 'refused',
        code: 1002002,
        message: expect.stringContaining('bad row'),
        logId: expect.stringMatching(/^\w{34}$/),
      },
    });
    expect(world.onDisk().map(({ key }) => key)).toEqual(['IV-1', 'IV-3']);
  });

  it('a create without an answer stays open with its payload', async () => {
    const world = aWriteWorld({
      faults: [{ match: { endpoint: CREATE, key: 'IV-2' }, fault: { kind: 'cut-body' } }],
    });
    await world.apply(range(3).map(aCreate));
    const told = world.outcomes.find(({ key }) => key === 'IV-2');
    expect(told?.outcome).toMatchObject({ kind: 'in-doubt', code: null });
    expect(world.onDisk()[1]).toMatchObject({
      key: 'IV-2',
      state: 'creating',
      intent_payload: aCreate(2).payload.json,
    });
  });

  it('a create answered with the object of another record settles nothing, and the others go on', async () => {
    const world = aWriteWorld();
    // Two keys under one external_id: the second is answered with the object of the first.
    await world.apply([aCreate(1)], { externalId: () => 'same' });
    const { remoteId } = world.ledger.find('legacy-ats', 'IV-1')!;
    await world.apply([aCreate(2), aCreate(3)], { externalId: (key) => (key === 'IV-2' ? 'same' : key) });
    const message = `Feishu answered its create with ${remoteId}, which another record owns.`;
    const told = world.outcomes.find(({ key }) => key === 'IV-2')?.outcome;
    expect(told).toMatchObject({ kind: 'in-doubt', message });
    // Its own object is looked for at the end of the run (`recover`), which holds it if there is none.
    expect(world.ledger.find('legacy-ats', 'IV-2')).toMatchObject({ remoteId: null, held: null });
    expect(world.ledger.find('legacy-ats', 'IV-3')?.state).toBe('settled');
    expect(world.ledger.find('legacy-ats', 'IV-1')?.remoteId).toBe(remoteId);
  });

  it('a refused update returns to what is in Feishu; one that was in doubt before stays in doubt', async () => {
    const world = aWriteWorld();
    const id = await settled(world, 1);
    const { applied } = world.ledger.find('legacy-ats', 'IV-1')!;
    const refuse = {
      match: { endpoint: UPDATE },
      fault: { kind: 'error', status: 400, code: 1002002 },
    } as const;
    world.sandbox.setFaults([refuse]);
    await world.apply([anUpdate(1, id, '一')]);
    expect(world.ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'settled',
      applied,
      intent: null,
    });

    world.sandbox.setFaults([{ match: { endpoint: UPDATE }, fault: { kind: 'not-json' } }]);
    await world.apply([anUpdate(1, id, '二')]);
    world.sandbox.setFaults([refuse]);
    await world.apply([anUpdate(1, id, '三')]);
    expect(world.outcomes.map(({ outcome }) => outcome.kind)).toEqual(['refused', 'in-doubt', 'refused']);
    expect(world.ledger.find('legacy-ats', 'IV-1')).toMatchObject({ state: 'updating', applied });

    world.sandbox.setFaults([]);
    const last = anUpdate(1, id, '四');
    await world.apply([last]);
    expect(world.ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'settled',
      applied: last.payload,
    });
  });
});

describe('a stop', () => {
  it('sends nothing that could not be recorded', async () => {
    const world = aWriteWorld({}, (_, { sql }) => sql('DELETE FROM lease'));
    await expect(world.apply(range(20).map(aCreate))).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    const sent = world.sandbox.arrivals().filter(({ endpoint }) => endpoint === CREATE);
    expect(world.onDisk()).toHaveLength(sent.length);
    expect(sent.length).toBeLessThan(20);
  });

  it('begins nothing new, ends what is under way, and rethrows its reason', async () => {
    const reason = new HireSyncError('INTERRUPTED', 'Interrupted.');
    let requests = 0;
    const world = aWriteWorld({ latency: { meanMs: 30, jitter: 0 } }, (_, { halt }) => {
      requests += 1;
      if (requests === 5) halt.abort(reason);
    });
    await expect(world.apply(range(100).map(aCreate))).rejects.toBe(reason);
    expect(requests).toBeLessThan(20);
    expect(world.outcomes).toHaveLength(requests);
    expect(world.outcomes.every(({ outcome }) => outcome.kind === 'done')).toBe(true);
    expect(world.onDisk().every(({ state }) => state === 'settled')).toBe(true);
    expect(world.onDisk()).toHaveLength(requests);
  });

  it('by an app that is refused takes back the intents of what was refused', async () => {
    const world = aWriteWorld({ faults: [{ match: { endpoint: CREATE }, fault: { kind: 'permission' } }] });
    await expect(world.apply(range(20).map(aCreate))).rejects.toMatchObject({ code: 'FEISHU_REFUSES_APP' });
    expect(world.outcomes).toEqual([]);
    expect(world.onDisk()).toEqual([]);
  });

  it('by whoever is told ends the run after what is under way', async () => {
    const world = aWriteWorld();
    const error = new HireSyncError('LEDGER_UNWRITABLE', 'full');
    const onOutcome = () => {
      throw error;
    };
    await expect(world.apply(range(200).map(aCreate), { onOutcome })).rejects.toBe(error);
    expect(world.onDisk().every(({ state }) => state === 'settled')).toBe(true);
    expect(world.onDisk().length).toBeLessThan(200);
  });

  it('by an error of the program itself leaves the intent open: nobody knows', async () => {
    const world = aWriteWorld();
    const broken = {
      create: () => Promise.reject(new TypeError('a defect')),
      update: () => Promise.reject(),
    };
    await expect(world.apply([aCreate(1)], { endpoints: broken })).rejects.toThrow('a defect');
    expect(world.onDisk()).toMatchObject([{ key: 'IV-1', state: 'creating' }]);
  });
});
