import { readFileSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { Learned } from '../writer/learned.ts';
import { READ_BACK_WAITS_MS } from '../writer/read-back.ts';
import { type Findings, findingsSchema } from './findings.ts';

/** What a probe.json says for a tenant. */
export type Learning =
  | { readonly kind: 'learned'; readonly learned: Learned }
  /** There is no such file. */
  | { readonly kind: 'none' }
  /** It was made with another tenant or app, and says nothing about this one. */
  | { readonly kind: 'other-tenant'; readonly tenant: Tenant };

/** Reads a probe.json. @throws HireSyncError CONFIG_INVALID when it is damaged */
export function learnFrom(file: string, tenant: Tenant): Learning {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'none' };
    throw damaged(file, `cannot be read (${code})`, error);
  }
  const findings = parse(file, text);
  const { baseUrl, appId } = findings.tenant;
  if (baseUrl !== tenant.baseUrl || appId !== tenant.appId)
    return { kind: 'other-tenant', tenant: findings.tenant };
  return { kind: 'learned', learned: learnedOf(findings) };
}

// One measurement is no promise: what is waited for in all is three times the longest delay that was seen, and never
// less than this. A wait that is too short holds a row or, where a repeat creates, makes a duplicate.
const SURPLUS = 3;
const LEAST_MS = 2_000;
// Where it was never seen within the minute that the probe gives it.
const UNSEEN_MS = 180_000;

/** The defaults that follow from the findings. Pure. */
export function learnedOf({ readLag, repeat }: Pick<Findings, 'readLag' | 'repeat'>): Learned {
  const seen = [readLag.create, readLag.update].map(({ atMostMs }) => atMostMs);
  const longest = Math.max(...seen.map((ms) => (ms === null ? UNSEEN_MS / SURPLUS : ms)));
  const inAll = Math.max(LEAST_MS, SURPLUS * longest);
  const usual = READ_BACK_WAITS_MS.reduce((sum, ms) => sum + ms, 0);
  return {
    readBackWaitsMs: READ_BACK_WAITS_MS.map((ms) => Math.ceil((ms / usual) * inAll)),
    repeatCreates: repeat.sameBody.answer === 'new-id',
  };
}

function parse(file: string, text: string): Findings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(file, 'is not JSON', error);
  }
  const parsed = findingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.') || '(the whole)');
  throw damaged(file, `is not as a probe writes it: ${[...new Set(paths)].join(', ')}`, parsed.error);
}

function damaged(file: string, what: string, cause: unknown): HireSyncError {
  const message = `${file} ${what}. Make it anew with \`hire-sync probe\`, or remove it: without it the defaults count.`;
  return new HireSyncError('CONFIG_INVALID', message, { cause });
}
