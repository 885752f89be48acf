/**
 * The commands behind an alias, and what becomes of one that gets an empty mail: as local(8) runs
 * it, as the user of its map. An empty mail is no mail, so nothing is kept of it.
 */
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandEnd, CommandFacts, User } from '../../doctor/facts.ts';
import { quoted } from '../../doctor/finding.ts';
import { parseAliases } from '../../doors/aliases.ts';
import { runAliasCommand } from '../../runtime/programs.ts';
import { configFile, parsePipeArguments } from '../arguments.ts';
import { realOf } from './files.ts';

const EMPTY_MAIL_MS = 60_000;
const NET = /\|\|\s*exit\s+75\s*$/;

/** `value`: the right side of an alias; `exported`: what Postfix hands to every command. */
export function commandsIn(
  value: string,
  program: string,
  exported: Readonly<Record<string, string>>,
): readonly CommandFacts[] {
  const destinations = parseAliases(`x: ${value}`, 'alias').get('x') ?? [];
  return destinations.flatMap((one) =>
    one.type === 'command' ? [commandFacts(one.command, program, exported)] : [],
  );
}

function commandFacts(
  text: string,
  ours: string,
  exported: Readonly<Record<string, string>>,
): CommandFacts {
  const words = text.replace(NET, '').trim().split(/\s+/);
  // What stands before it sets variables, or runs it in its own way (nice, env).
  const at = Math.max(0, words.findIndex(isMailrobot));
  const [program = '', ...args] = words.slice(at);
  const set = words.slice(0, at).filter((word) => /^\w+=/.test(word));
  const environment = { ...exported, ...Object.fromEntries(set.map(assignment)) };
  const parsed = parsePipeArguments(args);
  return {
    text,
    program,
    copy: copyOf(program, ours),
    verb: parsed?.verb ?? null,
    robot: parsed?.robot ?? null,
    queue: parsed?.queue ?? null,
    config: realOf(configFile(parsed?.config, environment)),
    isDryRun: parsed?.dryRun ?? false,
    hasNet: NET.test(text),
  };
}

function isMailrobot(word: string): boolean {
  return basename(word) === 'mailrobot';
}

function assignment(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function copyOf(program: string, ours: string): CommandFacts['copy'] {
  if (!isMailrobot(program)) return 'not mailrobot';
  const real = realOf(program, null);
  if (real === null) return 'none';
  return real === realOf(ours) ? 'this' : 'other';
}

export interface HowRun {
  readonly exported: Readonly<Record<string, string>>;
  /** Of Postfix's settings; empty: it needs none, or goes nowhere. */
  readonly shell: string;
  readonly directory: string;
}

export async function tryCommand(
  command: string,
  user: User,
  gid: number,
  { exported, shell, directory }: HowRun,
): Promise<CommandEnd> {
  const isRoot = process.geteuid?.() === 0;
  // What is written with $ is another for each mail.
  const folder = directory.startsWith('/') && !directory.includes('$') ? directory : '/';
  const end = await runAliasCommand(
    {
      command: shell === '' ? command : `${shell} ${quoted(command)}`,
      environment: { PATH: '/usr/bin:/bin', LANG: 'C', HOME: '/', SHELL: '/bin/sh', ...exported },
      directory: folder,
      ...(isRoot && { owner: { uid: user.uid, gid } }),
      limitMs: EMPTY_MAIL_MS,
    },
    Readable.from([]),
  );
  const { type } = end;
  const how = { user: user.name, shell: shell === '' ? '/bin/sh -c' : shell, directory: folder };
  return { command, ...how, end: type === 'exit' ? end : { type } };
}
