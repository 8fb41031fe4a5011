#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Nothing of ours, or of anybody else's, may be imported here: better-sqlite3 crashes without a message on an old Node,
// so the version is checked before.
const NEEDED = [22, 19] as const;
const START_MS = 2_000;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `hire-sync needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exitCode = 2;
} else {
  // Of rows that come and go V8 lets four times as much pile up as is in use before it looks through the old ones: 130 MB
  // more than with this, in the same time. A start has next to nothing to look through, and would do so several times.
  setTimeout(() => setFlagsFromString('--heap-growing-percent=30'), START_MS).unref();
  void import('./main.ts')
    .then(({ main }) => main(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}
