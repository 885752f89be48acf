/**
 * The rules of a queue: those of `match` in the config, checked, with what they name elsewhere.
 *
 * A rule that is wrong is a problem of its queue: then mail of that queue waits with the MTA, as
 * for any error in the config, and mail of the others does not.
 */
import { holesIn, holesOfText } from '../addresses/address-pattern.ts';
import { Failure } from '../outcome.ts';
import type { Config, QueueConfig } from './config.ts';
import { robotsOf } from './robots.ts';
import type { Problem } from './schema/config.ts';
import { checkRules, type RuleConditions, type RuleRow } from './schema/rules.ts';

export type { RuleConditions };

export type RuleConfig = RuleRow;

type WithRules = Pick<Config, 'file' | 'queues' | 'robots' | 'staff'>;

/** Throws a Failure `config` if one of them is wrong. */
export function rulesOf({ prefix }: QueueConfig, config: WithRules): readonly RuleConfig[] {
  const at = config.queues.findIndex((queue) => queue.prefix === prefix);
  const { rows, problems } = checkRules(config.queues[at]?.match, keyOf(at));
  const [wrong] = [...problems, ...problemsOfRows(rows, at, config)];
  if (wrong !== undefined) {
    throw new Failure('config', `${config.file}: "${wrong.key}" ${wrong.problem}`);
  }
  return rows.map(({ row }) => row);
}

/** What is wrong with rules, of all queues. */
export function problemsOfRules(config: WithRules): readonly Problem[] {
  return config.queues.flatMap(({ match }, n) => {
    const { rows, problems } = checkRules(match, keyOf(n));
    return [...problems, ...problemsOfRows(rows, n, config)];
  });
}

/** Addresses with holes that rules ask for, each with its queue; of rules that are right. */
export function addressesOfRules(
  config: Pick<Config, 'queues'>,
): readonly { readonly queue: QueueConfig; readonly address: string }[] {
  return config.queues.flatMap((queue, n) =>
    checkRules(queue.match, keyOf(n)).rows.flatMap(({ row }) =>
      row.if.address === undefined ? [] : { queue, address: row.if.address },
    ),
  );
}

/** Texts that rules answer with; of rules that are right. */
export function answersOfRules(
  config: Pick<Config, 'queues'>,
): readonly { readonly key: string; readonly queue: string; readonly answer: string }[] {
  return config.queues.flatMap(({ prefix, match }, n) =>
    checkRules(match, keyOf(n)).rows.flatMap(({ at, row: { answer } }) =>
      answer === undefined ? [] : { key: `${keyOf(n)}.${at}.answer`, queue: prefix, answer },
    ),
  );
}

function keyOf(queue: number): string {
  return `queues.${queue}.match`;
}

type Rows = ReturnType<typeof checkRules>['rows'];

function problemsOfRows(rows: Rows, queue: number, config: WithRules): readonly Problem[] {
  const key = keyOf(queue);
  const fields = namesOfFields(config.queues[queue]?.fields);
  return rows.flatMap(({ at, row }, n) => {
    const wrong = (inner: string, value: string, what: string): Problem => {
      return { key: `${key}.${at}.${inner}`, problem: `holds "${value}"${what}` };
    };
    const isTwice = rows.slice(0, n).some(({ row: other }) => other.name === row.name);
    return [
      ...(isTwice ? [wrong('name', row.name, ', which another rule has already')] : []),
      ...aboutStaff(row, config, wrong),
      ...aboutHoles(row, wrong),
      ...aboutFields(row, fields, wrong),
      ...aboutRobot(row, config, wrong),
      ...(row.if.size !== undefined && Object.keys(row.if.size).length === 0
        ? [{ key: `${key}.${at}.if.size`, problem: 'needs above, below, or both' }]
        : []),
    ];
  });
}

type Wrong = (inner: string, value: string, what: string) => Problem;

function aboutStaff(
  { assign }: RuleConfig,
  { staff }: WithRules,
  wrong: Wrong,
): readonly Problem[] {
  if (assign === undefined || staff.some(({ name }) => name === assign)) return [];
  const names = staff.map(({ name }) => name).join(', ') || 'the config names nobody';
  return [wrong('assign', assign, `: must be one of the staff: ${names}`)];
}

function aboutHoles({ if: asked, tag, set }: RuleConfig, wrong: Wrong): readonly Problem[] {
  const known = asked.address === undefined ? [] : holesIn(asked.address);
  const where = `: ${known.length === 0 ? 'the rule has no address with holes' : `the address has ${known.join(', ')}`}`;
  const strange = Object.keys(asked.captures ?? {}).filter((name) => !known.includes(name));
  return [
    ...strange.map((name) => wrong('if.captures', name, where)),
    ...tag.flatMap((text, n) =>
      holesOfText(text)
        .filter((name) => !known.includes(name))
        .map((name) => wrong(`tag.${n}`, `{${name}}`, where)),
    ),
    ...Object.entries(set).flatMap(([field, text]) =>
      holesOfText(text)
        .filter((name) => !known.includes(name))
        .map((name) => wrong(`set.${field}`, `{${name}}`, where)),
    ),
  ];
}

/** Whether their values may stand there is asked by whoever knows fields (rule-fields.ts). */
function aboutFields(
  { if: { field = {} }, set }: RuleConfig,
  known: readonly string[],
  wrong: Wrong,
): readonly Problem[] {
  const names = known.join(', ') || 'it has none';
  const unknown = (inner: string, asked: object) =>
    Object.keys(asked)
      .filter((name) => !known.includes(name))
      .map((name) => wrong(inner, name, `, which is no field of the queue: ${names}`));
  return [...unknown('if.field', field), ...unknown('set', set)];
}

/** Of fields that nobody has checked. */
function namesOfFields(fields: unknown): readonly string[] {
  if (!Array.isArray(fields)) return [];
  return fields.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string'
      ? one.name
      : [],
  );
}

/** A robot that deals with its mail alone has an alias of its own. */
function aboutRobot({ run }: RuleConfig, config: WithRules, wrong: Wrong): readonly Problem[] {
  if (run === undefined) return [];
  const found = robotsOf(config).robots.find(({ name }) => name === run);
  if (found === undefined) return [wrong('run', run, ', and there is no such robot')];
  const { when, proof, may } = found;
  const alone = ', which needs an alias of its own:';
  if (when === 'now') return [wrong('run', run, `${alone} it is run within its delivery`)];
  if (proof !== undefined) return [wrong('run', run, `${alone} it wants a signature`)];
  if (may.includes('blank')) return [wrong('run', run, `${alone} a ticket blanks nothing`)];
  return [];
}
