import type { Children } from './many.ts';
import type { ScanNode, Source } from './source.ts';

/** How records and their children can be found without reading them: CSV only, whose keys are cells. */
export function scanOf(parent: Source<unknown>, children: Children): Pick<Source<unknown>, 'scan'> {
  const { scan } = parent;
  if (scan?.file.kind !== 'csv') return {};
  const relations: ScanNode['relations'][number][] = [...scan.relations];
  for (const { source, key, nested } of Object.values(children)) {
    const node = scanOf(source, nested).scan;
    if (node === undefined) return {};
    relations.push({ parentColumn: key.parent, childColumn: key.child, node });
  }
  return { scan: { file: scan.file, relations } };
}
