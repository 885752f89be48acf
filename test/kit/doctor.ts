/** A desk behind a Postfix that is as it should be, as the doctor sees it. */
import type {
  AliasFacts,
  CommandFacts,
  DoctorFacts,
  FileFacts,
  MapFacts,
  PostfixFacts,
} from '../../src/doctor/facts.ts';
import { configOf, DOMAIN } from './config.ts';

export const PROGRAM = '/usr/local/bin/mailrobot';
export const ROOT = { uid: 0, name: 'root' };
export const ROBOT = { uid: 990, name: 'mailrobot' };
export const NOBODY = { uid: 65_534, name: 'nobody' };
export const MAP = 'hash:/etc/mailrobot/postfix/aliases';

export function file(path: string, more: Partial<FileFacts> = {}): FileFacts {
  return { path, owner: ROBOT, mode: 0o644, changed: 1000, ...more };
}

export function command(verb: string, more: Partial<CommandFacts> = {}): CommandFacts {
  return {
    text: `${PROGRAM} ${verb} || exit 75`,
    ...{
      program: PROGRAM,
      copy: 'this',
      verb,
      robot: null,
      queue: null,
      config: '/etc/mailrobot/config.json',
    },
    ...{ isDryRun: false, hasNet: true },
    ...more,
  };
}

export function alias(name: string, verb: string, more: Partial<CommandFacts> = {}): AliasFacts {
  const commands = [command(verb, more)];
  return {
    name,
    found: { map: MAP, value: `"|${commands[0]?.text}"`, commands },
    hasOwnerAlias: false,
  };
}

export const OWN_MAP: MapFacts = {
  map: MAP,
  source: file('/etc/mailrobot/postfix/aliases'),
  read: file('/etc/mailrobot/postfix/aliases.db'),
  folder: file('/etc/mailrobot/postfix', { mode: 0o755 }),
  problem: null,
};

const address = (local: string, wanted: string, to: string | null = null) => ({
  address: `${local}@${DOMAIN}`,
  wanted,
  rewritten:
    to === null ? null : { map: 'regexp:/etc/mailrobot/tickets.regexp', to: `${to}@${DOMAIN}` },
  alias: wanted,
  reply: { code: 250, text: '2.1.5 Ok' },
});

export const POSTFIX: PostfixFacts = {
  stripsResults: null,
  version: '3.7.11',
  settings: new Map([
    ...Object.entries({
      recipient_delimiter: '+',
      message_size_limit: '10240000',
      mailbox_size_limit: '0',
      command_time_limit: '1000s',
      maximal_queue_lifetime: '5d',
      allow_mail_to_commands: 'alias, forward',
      export_environment: 'TZ MAIL_CONFIG LANG',
      authorized_submit_users: 'static:anyone',
      virtual_alias_maps: 'regexp:/etc/mailrobot/tickets.regexp',
      lmtp_send_xforward_command: 'yes',
      lmtp_destination_recipient_limit: '1',
    }),
  ]),
  ...{ way: 'local', transport: 'local', lists: ['mydestination'], aliasMaps: [OWN_MAP] },
  ...{ brokenMaps: [], unusable: null },
  ticketsMap: {
    ...{ map: 'regexp:/etc/mailrobot/tickets.regexp', problem: null, source: null },
    read: file('/etc/mailrobot/tickets.regexp', { owner: ROOT }),
    folder: file('/etc/mailrobot', { owner: ROOT, mode: 0o755 }),
  },
  aliases: [
    ...[alias('new', 'new'), alias('support', 'reply')],
    ...[alias('control', 'control'), alias('help', 'control')],
  ],
  addresses: [
    address('new', 'new'),
    address('SUPPORT-7102', 'support', 'support+7102'),
    address('control', 'control'),
    address('help', 'help'),
  ],
  robots: { names: [], ruled: [], aliases: [], holes: [] },
  smtp: { at: '127.0.0.1:25', place: { host: '127.0.0.1', port: 25 }, problem: null },
  ...{ defaultUser: NOBODY, maySubmit: true, lmtp: null },
  local: { isChrooted: false },
};

export const WELL: DoctorFacts = {
  config: configOf({ store: '/var/lib/mailrobot' }),
  ...{ program: PROGRAM, storeOwner: ROBOT, commandEnds: [], isConfigReadable: true },
  ...{ closed: { config: null, store: null }, open: [] },
  store: file('/var/lib/mailrobot', { mode: 0o700 }),
  configFile: file('/etc/mailrobot/config.json', { mode: 0o600 }),
  postfix: POSTFIX,
  recipients: null,
  hours: [],
  wrongParts: [],
  wrongSnippets: [],
  neverStarted: [],
  database: null,
  machine: {
    fileSystem: { name: 'a disk', keeps: 'yes' },
    ...{ lockedMs: 0, hasFlock: true },
  },
};

/** With another setting of Postfix. */
export function withSettings(different: Readonly<Record<string, string>>): DoctorFacts {
  const settings = new Map([...POSTFIX.settings, ...Object.entries(different)]);
  return { ...WELL, postfix: { ...POSTFIX, settings } };
}

export function withPostfix(different: Partial<PostfixFacts>): DoctorFacts {
  return { ...WELL, postfix: { ...POSTFIX, ...different } };
}
