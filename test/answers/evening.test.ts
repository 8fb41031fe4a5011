import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, DATE, type Row } from '../faults/rows.ts';
import type { Cleanup } from '../faults/stage.ts';
import { undoHere } from '../undo/here.ts';
import { aTenant, commentOf, rowsApart, TEXT, type Tenant } from './tenant.ts';

const AT = 1_709_600_722_345;

/** Tenants that make something of what they are sent, rows of which they do, and what a run tells of it. */
const TENANTS: readonly {
  readonly name: string;
  readonly quirks: readonly Quirk[];
  readonly row: Partial<Row>;
  readonly told: readonly string[];
}[] = [
  {
    name: 'trims',
    quirks: [{ keep: [{ kind: 'trim' }] }],
    row: { comment: '沟通好 ' },
    told: [`blanks ${TEXT}`],
  },
  {
    name: 'ends lines by LF, and trims',
    quirks: [{ keep: [{ kind: 'line-ends' }, { kind: 'trim' }] }],
    row: { comment: '一\r\n二\r\n' },
    told: [`blanks ${TEXT}`, `line-ends ${TEXT}`],
  },
  {
    name: 'floors times to the minute',
    quirks: [{ keep: [{ kind: 'floor', toMs: 60_000 }] }],
    row: { beginMs: AT },
    told: [`floored ${DATE}`],
  },
  {
    name: 'shows numbers and times as text, absent values as 0 and "", lists in any order',
    quirks: [
      {
        show: [
          { kind: 'fill', with: 'zero' },
          { kind: 'retype', to: 'text' },
          { kind: 'order', by: 'shuffled-anew' },
        ],
      },
    ],
    row: {},
    told: [],
  },
];

const FULL_MINUTE = 1_709_690_040_000;
const NOTHING = { creates: 0, updates: 0, reads: 0 };

describe.concurrent.each(TENANTS)('a tenant that $name', { timeout: 240_000 }, ({ quirks, row, told }) => {
  const rows = rowsApart(3, () => row);
  const changed = (over: Partial<Row>): Row[] => rows.map((one, i) => (i === 0 ? { ...one, ...over } : one));
  const begun = async (context: Cleanup): Promise<Tenant> => {
    const tenant = await aTenant(context, rows, quirks);
    const { report, sent } = await tenant.night();
    expect(report.exitCode).toBe(0);
    // One create and one read each: what Feishu itself makes of it asks for no PUT.
    expect(sent).toEqual({ creates: 3, updates: 0, reads: 3 });
    expect(report.shown.map(({ kind, path }) => `${kind} ${path}`).toSorted()).toEqual(told.toSorted());
    for (const { records, lost } of report.shown) expect([records, lost]).toEqual([3, null]);
    return tenant;
  };

  it('is settled as it shows it, and shows no drift', async (context) => {
    const tenant = await begun(context);
    expect((await tenant.night()).sent).toEqual(NOTHING);
    const planned = await tenant.plan('keep');
    expect(planned.report.noted.drifted).toBe(0);
    expect(planned.kinds).toEqual(rows.map(({ id }) => `unchanged ${id}`));
    // Every night the same rows, until now.
    const repaired = await tenant.night({ repairDrift: true });
    expect([repaired.report.exitCode, repaired.sent.updates]).toEqual([0, 0]);
  });

  it.for(['keep', 'hold'] as const)('gets the source’s correction: %s', async (onDrift, context) => {
    const tenant = await begun(context);
    tenant.stage.write(changed({ verdict: '通过', comment: `${rows[0]!.comment}再看` }));
    const { report, kinds } = await tenant.night({ onDrift });
    expect([report.exitCode, report.rows.updated]).toEqual([0, 1]);
    expect(kinds[0]).toBe('update R-001');
    expect(commentOf(tenant.held('R-001'))?.endsWith('再看')).toBe(true);
    expect((await tenant.night({ onDrift })).sent).toEqual(NOTHING);
  });

  it('keeps a person’s edit beside the source’s correction', async (context) => {
    const tenant = await begun(context);
    const edited = { ...bodyOf(rows[0]!), [DATE]: FULL_MINUTE };
    await editInFeishu(tenant.stage.sandbox, tenant.idOf('R-001'), edited);
    tenant.stage.write(changed({ comment: '改过' }));
    const { report } = await tenant.night({ onDrift: 'keep' });
    expect([report.exitCode, report.rows.updated]).toEqual([0, 1]);
    expect(tenant.held('R-001')).toMatchObject({ [DATE]: FULL_MINUTE });
    expect(commentOf(tenant.held('R-001'))).toBe('改过');
  });

  it('is undone: an update is given back, creates are deleted', async (context) => {
    const rowsThen = rows.map(({ id }) => id);
    const tenant = await aTenant(context, rows, quirks);
    const first = await tenant.night();
    const before = tenant.held('R-001');
    tenant.stage.write(changed({ comment: '改过' }));
    const { report } = await tenant.night();
    expect(JSON.parse(await undoHere(tenant.stage, report.run))).toMatchObject({ exitCode: 0 });
    expect(tenant.held('R-001')).toEqual(before);
    expect(JSON.parse(await undoHere(tenant.stage, first.report.run))).toMatchObject({ exitCode: 0 });
    expect(rowsThen.map((key) => tenant.held(key))).toEqual([undefined, undefined, undefined]);
  });

  it('recognises a create without an answer, also when Feishu has forgotten its key', async (context) => {
    const tenant = await begun(context);
    const id = tenant.idOf('R-002');
    tenant.forgetAnswer('R-002');
    const { report, sent } = await tenant.night({ laterMs: 25 * 3_600_000 });
    expect([report.exitCode, report.recovered?.adopted, sent.creates]).toEqual([0, 1, 0]);
    expect([tenant.idOf('R-002'), tenant.count()]).toEqual([id, 3]);
  });
});
