// Loaded before the CLI: ends the process by SIGKILL where it is about to call a function of node:fs on a path.
// KILL_AT: the function and a part of the path, `renameSync ledger.db`.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [name, part] = process.env.KILL_AT.split(' ');
const real = fs[name];
fs[name] = (...args) => {
  if (args.some((arg) => String(arg).includes(part))) process.kill(process.pid, 'SIGKILL');
  return real(...args);
};
syncBuiltinESMExports();
