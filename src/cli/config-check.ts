/**
 * `mailrobot config check`: everything that is wrong with the config, each with its place in the
 * file, for an editor or a script that rolls a config out.
 *
 * Reads that one file, and the snippets beside it, as whoever asks, and changes nothing. Ends with 1 if something is wrong:
 * then mail would be deferred. A key that stands twice is wrong here, though a mail goes by the
 * second of them.
 */
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { problemsOfStore } from '../config/database.ts';
import { problemsOfHours } from '../config/hours.ts';
import { type Place, placesIn } from '../config/json-places.ts';
import { BadConfig, checkConfig, readConfig, readText } from '../config/read.ts';
import { knownRecipients } from '../config/recipients.ts';
import type { Problem } from '../config/schema/config.ts';
import { Failure } from '../outcome.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { checkedSnippets } from '../snippets/check.ts';
import type { WithConfig } from './commands/given.ts';
import { problemsOfParts } from './gather/parts.ts';
import { problemsOfHolidays } from './hours-problems.ts';
import { warningsOfRecipients } from './recipient-warnings.ts';
import { Ended } from './refused.ts';
import { warningsOf } from './robot-warnings.ts';
import { textProblems } from './rule-texts.ts';
import type { Run } from './run.ts';
import { warningsOfSignatures } from './signature-warnings.ts';

export interface CheckOptions extends WithConfig {
  readonly json?: boolean;
}

/** Without a place if the file could not be read at all. */
export type PlacedProblem = Problem & (Place | { readonly line: null; readonly column: null });

export async function checkConfigFile({ config, json }: CheckOptions, run: Run): Promise<void> {
  const file = resolve(config);
  const ofConfig = problemsIn(file);
  const problems = ofConfig.length > 0 ? ofConfig : problemsOfSnippets(readConfig(file));
  const warnings = problems.length > 0 ? [] : allWarnings(readConfig(file), run);
  if (json) process.stdout.write(`${inertJson({ file, problems, warnings })}\n`);
  else {
    for (const problem of problems) run.say(inertLine(problemLine(file, problem)));
    for (const warning of warnings) run.say(inertLine(`${file}: warning: ${warning}`));
    if (problems.length === 0) run.say(`${file} can be used.`);
  }
  if (problems.length > 0) {
    throw new Ended(
      1,
      `${problems.length} ${problems.length === 1 ? 'error' : 'errors'} in ${file}`,
    );
  }
}

export function problemLine(file: string, { key, problem, line, column }: PlacedProblem): string {
  const place = line === null ? file : `${file}:${line}:${column}`;
  return `${place}: ${key === '' ? problem : `"${key}" ${problem}`}`;
}

/** They stop no mail but the answers that name them. */
function problemsOfSnippets(config: Config): readonly PlacedProblem[] {
  return checkedSnippets(config).problems.map(({ file, problem }) => ({
    ...{ key: '', problem: `${file}: ${problem}`, line: null, column: null },
  }));
}

function allWarnings(config: Config, { environment, now }: Run): readonly string[] {
  const texts = textProblems(config).map(({ key, problem }) => `"${key}" ${problem}`);
  const holidays = problemsOfHolidays(config, now()).map(
    ({ queue, problem }) => `queue ${queue}: ${problem}`,
  );
  return [
    ...warningsOf(config),
    ...warningsOfRecipients(config, environment),
    ...warningsOfSignatures(config),
    ...texts,
    ...holidays,
  ];
}

export function problemsIn(file: string): readonly PlacedProblem[] {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const problem = said.startsWith(`${file}: `) ? said.slice(file.length + 2) : said;
    return [{ key: '', problem, line: null, column: null }];
  }
  const found = placesIn(text);
  if (!found.isJson) return [{ key: '', problem: found.wanted, ...found.place }];
  const { values, twice } = found;
  return [
    ...twice.map(({ path, place }) => ({ key: path, problem: 'stands here again', ...place })),
    ...problemsOf(JSON.parse(text), file).map((one) => ({ ...one, ...placeOf(one.key, values) })),
  ];
}

function problemsOf(value: unknown, file: string): readonly Problem[] {
  try {
    const config = checkConfig(value, file);
    return [
      ...problemsOfParts(config),
      ...problemsOfHours(config),
      ...knownRecipients(config).problems,
      ...problemsOfStore(config, value),
    ];
  } catch (error) {
    if (error instanceof BadConfig) return error.problems;
    if (error instanceof Failure) return [{ key: '', problem: error.message }];
    throw error;
  }
}

/** A key that is missing has the place of what it is missing in. */
export function placeOf(key: string, values: ReadonlyMap<string, Place>): Place {
  const outer = key.split('.').slice(0, -1).join('.');
  return values.get(key) ?? (key === '' ? { line: 1, column: 1 } : placeOf(outer, values));
}
