/**
 * `mailrobot rules check`: everything that is wrong with the rules of the queues, each with its
 * place in the config; and with a mail on stdin, which of them fit it, and why.
 *
 * Reads the config alone, and no store: whether the mail belongs to a ticket, and what the row of
 * a robot says of it, is told by `mailrobot new --dry-run`.
 */
import { resolve } from 'node:path';
import { prefixesOf } from '../config/config.ts';
import { type Place, placesIn } from '../config/json-places.ts';
import { readConfig, readText } from '../config/read.ts';
import { withoutFromLine } from '../intake/receive.ts';
import { rulesAsked } from '../intake/rules-asked.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { type PlacedProblem, placeOf, problemLine, problemsIn } from './config-check.ts';
import { Ended, oneOf, Refused } from './refused.ts';
import { textProblems } from './rule-texts.ts';
import type { Run } from './run.ts';

export interface RulesCheckOptions {
  readonly config: string;
  readonly queue?: string;
  readonly json?: boolean;
}

type Asked = Awaited<ReturnType<typeof askedOf>>;

export async function checkRules(options: RulesCheckOptions, run: Run): Promise<void> {
  const file = resolve(options.config);
  const wrong = problemsIn(file);
  const places = wrong.length > 0 ? new Map<string, Place>() : placesOf(file);
  const problems =
    wrong.length > 0
      ? wrong
      : textProblems(readConfig(file)).map((one) => ({ ...one, ...placeOf(one.key, places) }));
  // What a rule asks of a mail can be said with a text missing.
  const mail = wrong.length > 0 || run.isTerminal(0) ? null : await askedOf(options, places, run);
  if (options.json) process.stdout.write(`${inertJson({ file, problems, mail })}\n`);
  else say(file, problems, mail, run);
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
    throw new Ended(1, `${count} in ${file}`);
  }
}

function placesOf(file: string): ReadonlyMap<string, Place> {
  const found = placesIn(readText(file));
  return found.isJson ? found.values : new Map();
}

/** null for a stdin without a mail. */
async function askedOf(
  { config: file, queue }: RulesCheckOptions,
  places: ReadonlyMap<string, Place>,
  { environment, reader, stdin }: Run,
) {
  const config = readConfig(file);
  const octets = await mailOnStdin(stdin(), config.limits.messageSize);
  if (octets === null) return null;
  const prefixes = prefixesOf(config);
  const named = queue === undefined ? null : oneOf('--queue', queue.toUpperCase(), prefixes);
  const asked = await rulesAsked(octets, { config, queue: named, environment, reader });
  const key = `queues.${prefixes.indexOf(asked.queue)}.match`;
  const rules = asked.rules.map((rule, n) => ({ ...placeOf(`${key}.${n}`, places), ...rule }));
  return { queue: asked.queue, rules };
}

async function mailOnStdin(input: AsyncIterable<Buffer>, most: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > most) throw new Refused(`the mail has more than ${most} octets`);
    chunks.push(chunk);
  }
  const octets = withoutFromLine(Buffer.concat(chunks));
  return octets.length === 0 ? null : octets;
}

function say(file: string, problems: readonly PlacedProblem[], mail: Asked, run: Run): void {
  for (const problem of problems) run.say(inertLine(problemLine(file, problem)));
  if (mail === null) {
    if (problems.length === 0) run.say(`The rules in ${file} can be used.`);
    return;
  }
  run.say(`The mail is for ${mail.queue}${mail.rules.length === 0 ? ', which has no rules' : ''}.`);
  for (const { rule, line, column, evidence, counts } of mail.rules) {
    const what = evidence === null ? 'does not fit' : `fits: ${evidence}`;
    const after = evidence === null || counts ? '' : '; a rule above it was enough';
    run.say(inertLine(`${file}:${line}:${column}: ${rule} ${what}${after}`));
  }
}
