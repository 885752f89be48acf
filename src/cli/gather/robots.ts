/**
 * What the doctor has to know of robots: the aliases that run them, and the lines of addresses with
 * holes.
 */
import { readFileSync } from 'node:fs';
import { holesIn } from '../../addresses/address-pattern.ts';
import type { Config } from '../../config/config.ts';
import { robotAddresses } from '../../config/robots.ts';
import { rulesOf } from '../../config/rules.ts';
import type { AliasFacts, HoleFacts, MapFacts, RobotsFacts } from '../../doctor/facts.ts';
import { type Aliases, parseAliases } from '../../doors/aliases.ts';
import { Failure } from '../../outcome.ts';
import { holeAddressesOf } from '../hole-addresses.ts';
import { commandsIn } from './commands.ts';

interface Asking {
  readonly program: string;
  readonly exported: Readonly<Record<string, string>>;
  readonly aliasOf: (name: string) => Promise<AliasFacts>;
  readonly rewrittenTo: (address: string) => Promise<string | null>;
}

export async function robotsFacts(
  config: Config,
  maps: readonly MapFacts[],
  { program, exported, aliasOf, rewrittenTo }: Asking,
): Promise<RobotsFacts> {
  const { names } = robotAddresses(config);
  const running = maps.flatMap((map) => namesThatRun(map, program, exported));
  const aliases = await Promise.all([...new Set([...names, ...running])].map(aliasOf));
  const holes = await Promise.all(
    holesOf(config).map(async ({ address, sample, to }): Promise<HoleFacts> => {
      return { address, wanted: to, to: await rewrittenTo(sample) };
    }),
  );
  return { names, ruled: ruledBy(config), aliases, holes };
}

/** Of a table that is no text of ours only the names that we ask for are known. */
function namesThatRun(
  { source }: MapFacts,
  program: string,
  exported: Asking['exported'],
): readonly string[] {
  if (source === null) return [];
  return [...aliasesIn(source.path)].flatMap(([name, all]) => {
    const isRun = all.some(
      (one) =>
        one.type === 'command' &&
        commandsIn(`"|${one.command}"`, program, exported).some(({ robot }) => robot !== null),
    );
    return isRun ? name : [];
  });
}

function aliasesIn(path: string): Aliases {
  try {
    return parseAliases(readFileSync(path, 'utf8'), path);
  } catch {
    return new Map();
  }
}

/** With a local part that fits each, and the address that Postfix is to lead it to. */
function holesOf(config: Config) {
  return holeAddressesOf(config)
    .filter(({ address, to }) => !address.startsWith(`${to}+`))
    .map(({ address, to }) => {
      const local = holesIn(address).reduce(
        (text, name) => text.replace(`{${name}}`, 'x'),
        address,
      );
      const at = (name: string) => `${name}@${config.domain}`;
      return { address: at(address), sample: at(local), to: at(to) };
    });
}

/** A robot that gets mail by rules needs no alias. */
function ruledBy(config: Config): readonly string[] {
  return config.queues.flatMap((queue) => {
    try {
      return rulesOf(queue, config).flatMap(({ run }) => run ?? []);
    } catch (error) {
      // config check and the rows of status say what is wrong with them.
      if (error instanceof Failure) return [];
      throw error;
    }
  });
}
