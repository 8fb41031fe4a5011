import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A package that is loaded when it is first asked for, not with the module that names it: the ones for what most runs
 * do not do (a proxy, HTML notes, the pretty log, widths of Chinese text) take half of the time of a start.
 * The type parameter is the package's own type: `typeof import` of the same name.
 */
export function lazily<Package>(name: string): () => Package {
  return once(() => require(name) as Package);
}

/** The work done the first time it is asked for, and its result from then on. */
export function once<T>(work: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: work() };
    return made.value;
  };
}
