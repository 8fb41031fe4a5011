import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A package that is loaded when it is first asked for, not with the module that names it: the ones for what most runs
 * do not do (a proxy, HTML notes, the pretty log, widths of Chinese text) take half of the time of a start.
 * The type parameter is the package's own type: `typeof import` of the same name.
 */
export function lazily<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => {
    loaded ??= require(name) as Package;
    return loaded;
  };
}
