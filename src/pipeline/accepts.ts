import { HireSyncError } from '../errors.ts';
import type { Target } from '../feishu/target.ts';
import { suggestion } from '../mapping/suggestion.ts';
import { textPaths } from '../plan/shape.ts';

/** Fields whose text may be lost, by how: payload paths without places in lists. */
export interface Accepts {
  /** Feishu stores only the beginning of it. */
  readonly cut?: readonly string[];
  /** Feishu stores something else. */
  readonly other?: readonly string[];
}

/** A typing error would accept nothing, and nobody would see why. @throws HireSyncError PIPELINE_INVALID */
export function checkAccepts(name: string, { shape }: Pick<Target, 'shape'>, accepts: Accepts): void {
  const known = textPaths(shape);
  for (const [how, paths] of Object.entries(accepts) as [keyof Accepts, readonly string[]][]) {
    const odd = paths.find((path) => !known.includes(path));
    if (odd === undefined) continue;
    throw new HireSyncError(
      'PIPELINE_INVALID',
      `Pipeline "${name}": accepts.${how} names ${JSON.stringify(odd)}, which is no text of the payload.${suggestion(odd, known)} Texts: ${known.join(', ')}.`,
    );
  }
}
