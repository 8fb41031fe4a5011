#!/usr/bin/env node

// Nothing of ours, or of anybody else's, may be imported here: better-sqlite3 crashes without a message on an old Node,
// so the version is checked before.
const NEEDED = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `hire-sync needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exitCode = 2;
} else {
  void Promise.all([import('./main.ts'), import('./process-end.ts')]).then(async ([{ main }, { endWith }]) =>
    endWith(await main(process.argv.slice(2))),
  );
}
