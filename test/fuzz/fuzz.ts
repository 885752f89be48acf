/**
 * `npm run test:fuzz -- --seconds N --seed S`: mails made worse, through the
 * delivery steps in one process.
 *
 * After each: it was kept (the pipe would have ended with 0), the raw mail is
 * what came in, no view of it holds a control character, and it took less than
 * SLOW_S. The mail being tried lies in `.fuzz/trying.eml`, so that a stall shows
 * which; one that fails is kept as `.fuzz/<seed>-<n>.eml`. Ends with 1 then.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OUTCOMES } from '../../src/outcome.ts';
import { problemsAfter } from '../corpus/check.ts';
import { ownMails, sharedMails } from '../corpus/mails.ts';
import { makePipeLine } from '../corpus/pipe-line.ts';
import { ROOT } from '../process/desk.ts';
import { mutate, randomOf } from './mutations.ts';

const SLOW_S = 10;
/** Mails in one store: checking one costs the same with few. */
const STORE_MAILS = 500;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const end = Date.now() + Number(values.seconds) * 1000;
const folder = join(ROOT, '.fuzz');
mkdirSync(folder, { recursive: true });

const originals = [...ownMails(), ...sharedMails()].map((file) => readFileSync(file));
const random = randomOf(seed);
console.log(`seed ${seed}, ${originals.length} mails to begin with`);

let tried = 0;
let slowest = 0;
const failed: string[] = [];
let line = makePipeLine();
try {
  while (Date.now() < end) {
    if (tried > 0 && tried % STORE_MAILS === 0) {
      line.remove();
      line = makePipeLine();
    }
    const original = originals[Math.floor(random() * originals.length)] ?? Buffer.alloc(0);
    const mail = mutate(original, originals, random);
    writeFileSync(join(folder, 'trying.eml'), mail);
    const problems = await tryOne(mail);
    tried += 1;
    if (problems.length === 0) continue;
    const name = join(folder, `${seed}-${tried}.eml`);
    writeFileSync(name, mail);
    failed.push(name);
    console.log(`${name}: ${problems.join('; ')}`);
  }
} finally {
  line.remove();
}
console.log(`${tried} mails, ${failed.length} failed, the slowest took ${slowest.toFixed(2)} s`);
if (tried === 0 || failed.length > 0) process.exitCode = 1;

async function tryOne(mail: Buffer): Promise<readonly string[]> {
  const start = Date.now();
  try {
    const became = await line.deliver(mail);
    const seconds = (Date.now() - start) / 1000;
    slowest = Math.max(slowest, seconds);
    const problems = OUTCOMES[became].exit === 0 ? [] : [`ended with ${became}`];
    if (seconds > SLOW_S) problems.push(`took ${seconds} s`);
    if (became === 'duplicate' || became === 'empty') return problems;
    return [...problems, ...(await problemsAfter(mail, line))];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
