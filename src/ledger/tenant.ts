import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';
import { assertJson } from './soundness.ts';

/** The Feishu tenant and app a ledger belongs to. Neither is a secret. */
export interface Tenant {
  /** Origin of the API: `https://open.feishu.cn`. */
  readonly baseUrl: string;
  readonly appId: string;
}

export function isSameTenant(one: Tenant, other: Tenant): boolean {
  return one.baseUrl === other.baseUrl && one.appId === other.appId;
}

/**
 * `check` refuses a tenant that is not the ledger's; `bind` also makes an unbound ledger this tenant's. A ledger belongs to
 * one from the first time the app has signed in: the ids in it mean nothing there,
 * and every record would be taken for known.
 * @throws HireSyncError CONFIG_INVALID naming both
 */
export function createBind(
  database: SqliteDatabase,
  { guarded, fenced }: { readonly guarded: Guarded; readonly fenced: Fenced },
  file: string,
): {
  /** Whose the ledger is; null while it is nobody's. */
  readonly owner: () => Tenant | null;
  readonly check: (tenant: Tenant) => void;
  readonly bind: (tenant: Tenant) => void;
} {
  const read = database.prepare("SELECT value FROM meta WHERE name = 'tenant'").pluck();
  const write = database.prepare("INSERT INTO meta (name, value) VALUES ('tenant', ?)");
  const owner = (): Tenant | null => {
    const stored = read.get() as string | undefined;
    assertJson('the app it belongs to', stored ?? null);
    return stored === undefined ? null : (JSON.parse(stored) as Tenant);
  };
  /** Whether it is bound. */
  const check = (tenant: Tenant): boolean => {
    const bound = owner();
    if (bound !== null && !isSameTenant(bound, tenant)) throw otherTenant(bound, tenant, file);
    return bound !== null;
  };
  return {
    owner: guarded(owner),
    check: guarded((tenant) => void check(tenant)),
    bind: fenced((tenant) => {
      if (!check(tenant)) write.run(JSON.stringify({ baseUrl: tenant.baseUrl, appId: tenant.appId }));
    }),
  };
}

function otherTenant(owner: Tenant, given: Tenant, file: string): HireSyncError {
  const name = ({ appId, baseUrl }: Tenant): string => `app ${appId} at ${baseUrl}`;
  return new HireSyncError(
    'CONFIG_INVALID',
    `The ledger ${file} belongs to ${name(owner)}; this run would write to ${name(given)}. ` +
      'Use that app, or another ledger for this one (--ledger FILE).',
  );
}
