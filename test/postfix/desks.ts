/**
 * Desks below one folder for tests on a real Postfix: each with config and store,
 * owned by the user that Postfix runs their aliases as.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, startPostfix } from './instance.ts';

export const OWNER = 'mailrobot-test';
export const DOMAIN = 'support-ticket.example';

type Config = Record<string, unknown>;

export interface Desks {
  readonly dir: string;
  configOf(desk: string): string;
  /** From now on the aliases of `name` are those of this desk. */
  use(name: string, desk: string): void;
  /** The right side of an alias: quoted, without `|| exit 75`. */
  command(verb: string, desk: string): string;
  /** Runs `init`; `sendmail` is an argv. */
  make(desk: string, sendmail: readonly string[], options?: readonly string[]): Promise<void>;
  configure(desk: string, change: (config: Config) => Config): void;
  robot(args: readonly string[], desk: string): Promise<string>;
  show(id: string, desk: string): Promise<Ticket>;
  list(desk: string): Promise<readonly Ticket[]>;
  remove(): void;
}

export function makeDesks(installed: Installed): Desks {
  const dir = mkdtempSync('/tmp/mailrobot-desks-');
  chmodSync(dir, 0o755);
  const configOf = (desk: string) => join(dir, desk, 'config.json');
  const desks: Desks = {
    dir,
    configOf,
    command: (verb, desk) =>
      `"|${installed.program} ${verb} --config ${configOf(desk)} || exit 75"`,
    make: async (desk, sendmail, options = []) => {
      const args = ['init', '--dir', join(dir, desk), '--domain', DOMAIN, '--user', OWNER];
      await execa(installed.program, [...args, ...options]);
      desks.configure(desk, (config) => ({ ...config, sendmail }));
    },
    use: (name, desk) => {
      rmSync(join(dir, name), { recursive: true, force: true });
      symlinkSync(desk, join(dir, name));
    },
    configure: (desk, change) => {
      const config: Config = JSON.parse(readFileSync(configOf(desk), 'utf8'));
      writeFileSync(configOf(desk), JSON.stringify(change(config)));
    },
    robot: async (args, desk) => {
      const all = [...args, '--config', configOf(desk)];
      return (await execa(installed.program, all, { input: '' })).stdout;
    },
    show: async (id, desk) => JSON.parse(await desks.robot(['ticket', 'show', id, '--json'], desk)),
    list: async (desk) =>
      JSON.parse(await desks.robot(['ticket', 'list', '--all', '--json'], desk)),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  return desks;
}

/**
 * How a mail is sent whose From our own MTA proves: as a policy service, Postfix writes the
 * result on top of what comes from that HELO.
 */
export const PROVEN: readonly string[] = ['--helo', 'proven.example'];
const POLICY = `check_helo_access inline:{{proven.example=PREPEND Authentication-Results: mail.${DOMAIN}; spf=pass smtp.mailfrom=ferrier.example; dmarc=pass header.from=ferrier.example}}`;

/** Settings of a Postfix that does so. */
export const PROVING = { smtpd_helo_restrictions: POLICY };

export interface DeskOnPostfix {
  /** The launcher that its aliases start. */
  readonly program: string;
  readonly desks: Desks;
  readonly postfix: PostfixInstance;
  stop(): Promise<void>;
}

/** The desk `desk`, installed, behind aliases (each with its verb), and believing PROVEN. */
export async function startDesk(
  aliases: Readonly<Record<string, string>>,
  config: Config,
): Promise<DeskOnPostfix> {
  const installed = await install();
  const desks = makeDesks(installed);
  const lines = Object.entries(aliases).map(
    ([name, verb]) => `${name}: ${desks.command(verb, 'desk')}\n`,
  );
  const postfix = await startPostfix({
    ...{ aliasOwner: OWNER, aliases: lines.join('') },
    settings: PROVING,
  });
  await desks.make('desk', postfix.sendmail);
  desks.configure('desk', (made) => ({ ...made, authservId: `mail.${DOMAIN}`, ...config }));
  return {
    program: installed.program,
    desks,
    postfix,
    stop: async () => {
      await postfix.stop();
      desks.remove();
      installed.remove();
    },
  };
}
