/**
 * The aliases of the desk: whether Postfix has each of them, finds ours first, and runs this copy
 * of mailrobot with this config. Pure.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import { configFlag, filesFor } from '../mta/needs.ts';
import { isDirect } from './addresses.ts';
import type { AliasFacts, CommandFacts, DoctorFacts, PostfixFacts } from './facts.ts';
import { addTo, type Finding, type Findings, listed } from './finding.ts';

type Found = NonNullable<AliasFacts['found']>;

interface NamedCommand extends CommandFacts {
  readonly name: string;
  readonly map: string;
}

export function aliasFindings(facts: DoctorFacts, postfix: PostfixFacts): Findings {
  const { config } = facts;
  const { aliases: ours, addresses, aliasMaps, brokenMaps } = postfix;
  const direct = ours.filter(({ name }) =>
    addresses.some((address) => address.wanted === name && isDirect(address)),
  );
  const map = mapOf(mailrobotsIn(ours), config);
  const again = mendAliases(facts, map);
  const isNamed = aliasMaps.some((one) => one.map === map);
  const anew = isNamed ? again : [...again, addTo('alias_maps', map)];
  const isBroken = brokenMaps.some(({ setting }) => setting === 'alias_maps');
  return [
    ...(isBroken ? [] : missing(direct, anew)),
    ...taken(direct, again),
    ...commandFindings(facts, ours, again),
  ];
}

/** Whatever else is wrong with aliases that run mailrobot; `mend`: how they are put right. */
export function commandFindings(
  { config, configFile, program }: DoctorFacts,
  aliases: readonly AliasFacts[],
  mend: readonly string[],
): Findings {
  const mailrobots = mailrobotsIn(aliases);
  return [
    ...ownerAliases(aliases),
    ...copies(mailrobots, program, mend),
    ...options(mailrobots, [config.file, configFile.path], mend),
    ...queues(mailrobots, config, mend),
  ];
}

function mailrobotsIn(aliases: readonly AliasFacts[]): readonly NamedCommand[] {
  return aliases
    .flatMap(({ name, found }) =>
      (found?.commands ?? []).map((command) => ({ ...command, name, map: found?.map ?? '' })),
    )
    .filter(({ copy }) => copy !== 'not mailrobot');
}

/** Where our aliases stand, or where init would put them. */
function mapOf(commands: readonly NamedCommand[], config: Config): string {
  return commands[0]?.map ?? `hash:${filesFor(config).aliases}`;
}

/**
 * The lines once more, through no link of whom the folder belongs to; of a map that has other
 * lines too, a person must put them in.
 */
function mendAliases({ config, program, storeOwner }: DoctorFacts, map: string): readonly string[] {
  const file = map.replace(/^[a-z]+:/, '');
  const print = `${program} postfix aliases${configFlag(config)}`;
  const isOwn = file === filesFor(config).aliases;
  return isOwn
    ? [
        `${print} |`,
        `  install -o ${storeOwner.name} -m 644 /dev/stdin ${file}`,
        `postalias ${map}`,
      ]
    : [`# put these lines into ${file}, in the place of the old ones:`, print, `postalias ${map}`];
}

function missing(ours: readonly AliasFacts[], mend: readonly string[]): Findings {
  const names = ours.filter(({ found }) => found === null).map(({ name }) => name);
  if (names.length === 0) return [];
  const finding: Finding = {
    ...{ id: 'alias-missing', level: 'critical' },
    what: `No alias map of Postfix has ${listed(names)}.`,
    why: 'Each queue, the tickets of each prefix, control and help have an alias of their own. Mail to one that is missing is refused.',
    mend,
  };
  return [finding];
}

/** An alias that comes to no mailrobot at all. */
function taken(ours: readonly AliasFacts[], mend: readonly string[]): Findings {
  return ours.flatMap(({ name, found }): Findings => {
    if (found === null || hasMailrobot(found)) return [];
    return [
      {
        ...{ id: 'alias-taken', level: 'critical' },
        what: `The alias ${name} leads to ${found.value}, and not to mailrobot.`,
        why: `${found.map} has that name, and Postfix takes the first map in alias_maps that has it. All mail to it goes there.`,
        mend: [`# take "${name}:" out of ${found.map}, or rename it in the config; then`, ...mend],
      },
    ];
  });
}

function hasMailrobot({ commands }: Found): boolean {
  return commands.some(({ copy }) => copy !== 'not mailrobot');
}

function ownerAliases(ours: readonly AliasFacts[]): Findings {
  return ours.flatMap(({ name, hasOwnerAlias }): Findings => {
    if (!hasOwnerAlias) return [];
    return [
      {
        ...{ id: 'owner-alias', level: 'critical' },
        what: `There is an alias owner-${name}.`,
        why: 'Postfix puts that address in the place of the sender. mailrobot would not learn who wrote, and nobody would be answered.',
        mend: [`# take "owner-${name}:" out of the alias map that has it, then: newaliases`],
      },
    ];
  });
}

function copies(
  commands: readonly NamedCommand[],
  program: string,
  mend: readonly string[],
): Findings {
  const of = (copy: CommandFacts['copy']) => {
    const some = commands.filter((command) => command.copy === copy);
    const programs = [...new Set(some.map((command) => command.program))];
    const names = [...new Set(some.map(({ name }) => name))];
    const run = names.length === 1 ? `alias ${names[0]} runs` : `aliases ${listed(names)} run`;
    return { run: `The ${run} ${listed(programs)}`, some };
  };
  const gone = of('none');
  const other = of('other');
  const none: Finding = {
    ...{ id: 'program-missing', level: 'critical' },
    what: `${gone.run}, which is not there.`,
    why: `This copy of mailrobot is ${program}. Until the aliases name it, mail stays in the queue, or is sent back.`,
    mend,
  };
  const another: Finding = {
    ...{ id: 'program-other', level: 'warning' },
    what: `${other.run}, which is another copy of mailrobot.`,
    why: `You are asking ${program}. What this copy says of itself, its version for one, is not what mail meets.`,
    mend,
  };
  return [...(gone.some.length > 0 ? [none] : []), ...(other.some.length > 0 ? [another] : [])];
}

/** The status line of such a mail sends people here. */
function queues(
  commands: readonly NamedCommand[],
  config: Config,
  mend: readonly string[],
): Findings {
  const known = prefixesOf(config).map((prefix) => prefix.toUpperCase());
  return commands.flatMap(({ name, queue }): Findings => {
    if (queue === null || known.includes(queue.toUpperCase())) return [];
    return [
      {
        ...{ id: 'alias-queue', level: 'critical' },
        what: `The alias ${name} delivers to the queue ${queue}, which the config does not have.`,
        why: 'Its mail stays in the queue of Postfix.',
        mend,
      },
    ];
  });
}

function options(
  commands: readonly NamedCommand[],
  configs: readonly [string, string],
  mend: readonly string[],
): Findings {
  return commands.flatMap(({ name, text, ...command }): Findings => {
    if (command.verb === null) {
      const finding: Finding = {
        ...{ id: 'alias-unreadable', level: 'critical' },
        what: `The alias ${name} runs a line that mailrobot cannot read: ${text}`,
        why: 'A verb or an option in it is unknown. Mail to it stays in the queue.',
        mend,
      };
      return [finding];
    }
    const dry: Finding = {
      ...{ id: 'alias-dry-run', level: 'critical' },
      what: `The alias ${name} has --dry-run.`,
      why: 'Postfix takes the mail for delivered, and mailrobot keeps nothing of it.',
      mend,
    };
    const elsewhere: Finding = {
      ...{ id: 'alias-config', level: 'critical' },
      what: `The alias ${name} delivers by ${command.config}, and this config is ${configs[0]}.`,
      why: 'Its mail goes to the desk of that other config.',
      mend,
    };
    const bare: Finding = {
      ...{ id: 'alias-no-net', level: 'warning' },
      what: `The alias ${name} does not end with "|| exit 75".`,
      why: 'If mailrobot is not there to be run (while it is upgraded, say), Postfix sends the mail back. With these words it tries again.',
      mend,
    };
    return [
      ...(command.isDryRun ? [dry] : []),
      ...(configs.includes(command.config) ? [] : [elsewhere]),
      ...(command.hasNet ? [] : [bare]),
    ];
  });
}
