/**
 * The command line of the pipe verbs, read without commander and the table of commands:
 * they start once for each mail. The table has rows for them (commands/mail.ts), for
 * their help; a test holds the two together. Pure.
 */
import type { Verb } from '../ticket/decision.ts';

export interface PipeArguments {
  readonly verb: Verb;
  readonly config: string | null;
  /** Prefix of the queue that mail is for, where its address names none. */
  readonly queue: string | null;
  /** The robot that mail is for: of the verb run, and of no other. */
  readonly robot: string | null;
  readonly help: boolean;
  readonly dryRun: boolean;
  /** The folder of mails that a robot is tried with. */
  readonly test: string | null;
}

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['new', 'new'],
  ['reply', 'reply'],
  ['control', 'control'],
  ['run', 'run'],
]);

/** null for an unknown verb or option. */
export function parsePipeArguments(args: readonly string[]): PipeArguments | null {
  let config: string | null = null;
  let queue: string | null = null;
  let verb: Verb | null = null;
  let robot: string | null = null;
  let help = false;
  let dryRun = false;
  let test: string | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--config') {
      at += 1;
      config = args[at] ?? null;
      if (config === null) return null;
    } else if (word === '--queue') {
      at += 1;
      queue = args[at] ?? null;
      if (queue === null) return null;
    } else if (word.startsWith('--queue=')) queue = word.slice('--queue='.length);
    else if (word.startsWith('--config=')) config = word.slice('--config='.length);
    else if (word === '--help' || word === '-h') help = true;
    else if (word === '--dry-run') dryRun = true;
    else if (word === '--test' && verb === 'run') {
      at += 1;
      test = args[at] ?? null;
      if (test === null) return null;
    } else if (verb === null && VERBS.has(word)) verb = VERBS.get(word) ?? null;
    else if (verb === 'run' && robot === null && !word.startsWith('-')) robot = word;
    else return null;
  }
  return { verb: verb ?? 'any', config, queue, robot, help, dryRun, test };
}

export function configFile(
  named: string | null | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return named ?? (environment['MAILROBOT_CONFIG'] || '/etc/mailrobot/config.json');
}
