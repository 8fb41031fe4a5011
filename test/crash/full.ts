/**
 * The whole proof over one target (`npm run test:crash` runs it over each, see `targets.ts`): what the tests of this folder do, under all circumstances and with
 * larger numbers. Prints what it did and exits 1 if anything was wrong. A seed repeats the random parts.
 */
import fc from 'fast-check';
import pLimit from 'p-limit';
import { killAtRandom, killAtSteps, PARTS, type Tally, VARIATIONS, type Variation } from './campaigns.ts';
import { acrossKills, meet } from './neighbours.ts';
import { live, story } from './story.ts';

const RANDOM_KILLS_EACH = 15;
const STORIES = 80;
// More than two cores carry at once: a process that follows a killed one waits for a second before it sends.
const LANES = 4;
const MEETINGS = 20;

const seed = process.argv[2] === undefined ? Date.now() % 2 ** 31 : Number(process.argv[2]);
if (!Number.isInteger(seed)) throw new Error('The seed must be a whole number.');

const total = { kills: 0, reruns: 0, creates: 0, updates: 0, duplicates: 0, lost: 0 };
const wrong: string[] = [];
const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(0);
const say = (text: string): void => void process.stdout.write(`${seconds().padStart(4)} s  ${text}\n`);

function add(name: string, numbers: Omit<Tally, 'wrong'>, complaints: readonly string[]): void {
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += numbers[key];
  wrong.push(...complaints.map((what) => `${name}: ${what}`));
  const { kills, reruns, creates, updates, duplicates, lost } = numbers;
  const verdict = complaints.length === 0 ? 'ok' : `${complaints.length} WRONG`;
  say(
    `${name}: ${verdict}. kills ${kills}, reruns ${reruns}, creates ${creates}, updates ${updates}, duplicates ${duplicates}, lost ${lost}`,
  );
}

const nameOf = ({ repeat, clock, readLagMs }: Variation): string =>
  `a repeat ${repeat}, next run ${clock}, read-back ${readLagMs === 0 ? 'at once' : `${readLagMs} ms late`}`;

async function stories(lane: number): Promise<void> {
  const name = `stories ${lane + 1}/${LANES}`;
  const sum = { kills: 0, reruns: 0, creates: 0, updates: 0, duplicates: 0, lost: 0 };
  let lived = 0;
  const result = await fc.check(
    fc.asyncProperty(story, async (drawn) => {
      const one = await live(drawn);
      lived += 1;
      if (one.wrong.length > 0) throw new Error(one.wrong.join('\n'));
      for (const key of Object.keys(sum) as (keyof typeof sum)[])
        sum[key] += key === 'reruns' ? one.runs - 1 : one[key];
    }),
    { numRuns: STORIES / LANES, seed: seed + lane },
  );
  add(
    `${name}, ${lived} lived through`,
    sum,
    result.failed ? [fc.defaultReportMessage(result) ?? 'failed'] : [],
  );
}

say(`seed ${seed}`);
const limit = pLimit(LANES);
await Promise.all([
  ...VARIATIONS.flatMap((variation) =>
    PARTS.map((part) =>
      limit(async () => {
        const { wrong: complaints, ...numbers } = await killAtSteps(variation, part);
        add(`every step of ${part}, ${nameOf(variation)}`, numbers, complaints);
      }),
    ),
  ),
  ...VARIATIONS.map((variation, i) =>
    limit(async () => {
      const settings = { kills: RANDOM_KILLS_EACH, seed: seed + i };
      const { wrong: complaints, ...numbers } = await killAtRandom(variation, settings);
      add(`random moments, ${nameOf(variation)}`, numbers, complaints);
    }),
  ),
  ...Array.from({ length: LANES }, (_, lane) => limit(() => stories(lane))),
]);

// Alone on the machine, because these look at times.
let slowestMs = 0;
for (let i = 0; i < MEETINGS; i++) {
  const offsetMs = i === 0 ? 0 : Math.round((400 * i) / MEETINGS);
  const met = await meet(offsetMs);
  slowestMs = Math.max(slowestMs, met.refusedAfterMs);
  wrong.push(...met.wrong.map((what) => `two processes, ${offsetMs} ms apart: ${what}`));
}
if (slowestMs > 2_000) wrong.push(`a second process took ${Math.round(slowestMs)} ms to leave`);
say(
  `two processes on one ledger, ${MEETINGS} times: the second one left after ${Math.round(slowestMs)} ms at most`,
);

const seam = await acrossKills([9, 9, 4, 9, 13, 9], 80, 1_000);
wrong.push(...seam.wrong.map((what) => `across kills: ${what}`));
if (seam.maxInWindow >= 10) wrong.push(`${seam.maxInWindow} writes arrived within a second`);
say(
  `killed and started again at once, at 9/s: ${seam.maxInWindow} writes in a second at most, over gaps of ${seam.gapsMs.map(Math.round).join(', ')} ms`,
);

process.stdout.write(
  `\n${Object.entries(total)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')}, seconds ${seconds()}\n`,
);
for (const what of wrong) process.stdout.write(`WRONG: ${what}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
