/**
 * What Postfix is set to, and what it makes of each address of the desk: asked of its own programs
 * and of smtpd, and changed by nothing here. null if Postfix is not on this machine.
 */
import { basename } from 'node:path';
import { type Config, prefixesOf, queueAddress } from '../../config/config.ts';
import type {
  AddressFacts,
  AliasFacts,
  BrokenMap,
  MapFacts,
  PostfixFacts,
  User,
} from '../../doctor/facts.ts';
import { forgedResults } from '../../doctor/forgeries.ts';
import { valuesIn } from '../../mta/lines.ts';
import { filesFor } from '../../mta/needs.ts';
import { lookUp as ask, servicesOfPostfix, settingsOfPostfix } from '../postfix-programs.ts';
import type { Run } from '../run.ts';
import { batched } from './batched.ts';
import { brokenMapsOf, unusableSettings, WITH_TABLES } from './broken-maps.ts';
import { commandsIn } from './commands.ts';
import { mapFacts, userNamed } from './files.ts';
import { listens, lmtpSocketIn } from './listens.ts';
import { robotsFacts } from './robots.ts';
import { askSmtp, type Place, type Reply } from './smtp.ts';
import { SMTP_PORT, smtpAddressIn } from './smtp-place.ts';
import { type Going, wayOf } from './way-of-mail.ts';
import { isInList, type LookUp, partsOf, rewrite, withoutExtension } from './ways.ts';

const SETTINGS = [
  ...['mail_version', 'queue_directory', 'inet_interfaces', 'default_privs'],
  ...['mydestination', 'virtual_alias_domains', 'virtual_mailbox_domains', 'relay_domains'],
  ...['local_transport', 'virtual_transport', 'relay_transport'],
  ...['alias_maps', ...WITH_TABLES, 'recipient_delimiter'],
  ...['message_size_limit', 'mailbox_size_limit', 'export_environment', 'command_time_limit'],
  ...['maximal_queue_lifetime', 'allow_mail_to_commands', 'authorized_submit_users'],
  ...['local_command_shell', 'command_execution_directory'],
  ...['lmtp_send_xforward_command', 'lmtp_destination_recipient_limit'],
];

type Environment = Run['environment'];

interface Asking {
  readonly config: Config;
  readonly program: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly lookUp: LookUp;
  readonly exported: Readonly<Record<string, string>>;
}

export async function postfixFacts(
  config: Config,
  program: string,
  storeOwner: User,
  environment: Environment,
): Promise<PostfixFacts | null> {
  const settings = await settingsOfPostfix(SETTINGS, environment, 'meant');
  if (settings === null) return null;
  const lookUp = batched((by, keys, map) => ask(by, keys, map, environment));
  const exported = exportedBy(valuesIn(settings.get('export_environment') ?? ''), environment);
  const services = await servicesOfPostfix(environment);
  const asking = { config, program, settings, lookUp, exported };
  const { way, lists, transport } = await wayOf(config.domain, settings, services, lookUp);
  const aliasMaps = await aliasMapsOf(asking);
  const others = await othersOf(config, (domain) => wayOf(domain, settings, services, lookUp));
  const own = addressesOf(config);
  const asked = await askAll([...own, ...others], settings, services);
  const addresses = await Promise.all(
    own.map((address) => addressFacts(address, aliasMaps, asked.replies, asking)),
  );
  const socket =
    way === 'lmtp' ? lmtpSocketIn(transport, settings.get('queue_directory') ?? '/') : null;
  return {
    ...{ settings, way, lists, transport, aliasMaps },
    brokenMaps: [...brokenAliasMaps(aliasMaps), ...(await brokenMapsOf(settings, lookUp))],
    unusable: await unusableSettings(lookUp),
    addresses: [...addresses, ...others.map((address) => otherFacts(address, asked.replies))],
    version: settings.get('mail_version') ?? '',
    aliases: await aliasesOf(addresses, aliasMaps, asking),
    robots: await robotsFacts(config, aliasMaps, {
      ...{ program, exported },
      aliasOf: (name) => aliasOf(name, aliasMaps, asking),
      rewrittenTo: async (address) => (await rewrittenOf(address, asking)).rewritten?.to ?? null,
    }),
    ticketsMap: ticketsMapOf(config, settings),
    smtp: { at: asked.at, place: asked.place, problem: asked.problem },
    defaultUser: await userNamed(settings.get('default_privs') ?? 'nobody'),
    maySubmit: await maySubmit(storeOwner, asking),
    stripsResults: config.authResults === 'below' ? await stripsResults(asking) : null,
    local: localIn(services),
    lmtp: socket === null ? null : { socket: socket.name, problem: await listens(socket) },
  };
}

/** Type, whether it is private, unprivileged and chrooted stand behind the name. */
function localIn(services: readonly (readonly string[])[]): PostfixFacts['local'] {
  const service = services.find(([name, type]) => name === 'local' && type === 'unix');
  return service === undefined ? null : { isChrooted: service[4] === 'y' };
}

/** export_environment: `NAME=value`, or the name of what Postfix itself was started with. */
export function exportedBy(
  names: readonly string[],
  environment: Environment,
): Readonly<Record<string, string>> {
  const pairs = names.flatMap((entry) => {
    const [name = '', ...value] = entry.split('=');
    const known = value.length > 0 ? value.join('=') : environment[name];
    // What Postfix was started with is not known, but for where its own configuration is.
    return known === undefined || (value.length === 0 && name !== 'MAIL_CONFIG')
      ? []
      : [[name, known] as const];
  });
  return Object.fromEntries(pairs);
}

function aliasMapsOf({ settings, lookUp }: Asking): Promise<readonly MapFacts[]> {
  return Promise.all(
    valuesIn(settings.get('alias_maps') ?? '').map(async (written) => {
      // local(8) opens the table itself (postconf(5), alias_maps).
      const map = written.replace(/^proxy:/, '');
      const { problem } = await lookUp('postalias', ['postmaster'], map);
      return { ...mapFacts(map), problem };
    }),
  );
}

function brokenAliasMaps(maps: readonly MapFacts[]): readonly BrokenMap[] {
  return maps.flatMap(({ map, problem }) =>
    problem === null ? [] : [{ ...{ setting: 'alias_maps', map }, problem }],
  );
}

const TAKES_OFF = /^(?:ignore|strip|replace|reject|discard|[45]\d\d)\b/i;

/** The first map that has a line for a field says what becomes of it. */
async function stripsResults({ config, settings, lookUp }: Asking): Promise<boolean> {
  const fields = forgedResults(config.authservId ?? config.domain);
  const answers = await Promise.all(
    valuesIn(settings.get('header_checks') ?? '').map((map) => lookUp('postmap', fields, map)),
  );
  const said = fields.map((field) => answers.flatMap(({ found }) => found.get(field) ?? [])[0]);
  return said.every((action) => action !== undefined && TAKES_OFF.test(action));
}

function ticketsMapOf(config: Config, settings: ReadonlyMap<string, string>): MapFacts | null {
  const { tickets } = filesFor(config);
  const maps = valuesIn(settings.get('virtual_alias_maps') ?? '');
  const map = maps.find((one) => one.endsWith(`:${tickets}`));
  return map === undefined ? null : { ...mapFacts(map), problem: null };
}

/** Every queue, its tickets and what may stand behind their number, and the services. */
function addressesOf(config: Config): readonly string[] {
  const at = (local: string) => `${local}@${config.domain}`;
  const tickets = prefixesOf(config).flatMap((prefix, n) => {
    const id = `${prefix}-${config.queues[n]?.first ?? 1}`;
    return [at(id), at(`${id}-close`), at(`${id.toLowerCase()}-b-12-${'a'.repeat(16)}`)];
  });
  const queues = config.queues.map((queue) => queueAddress(queue, config));
  return [...new Set([...queues, ...tickets, at(config.control), at(config.help)])];
}

/** Of `alsoKnownAs` those that this Postfix takes mail for; the others come by another host. */
async function othersOf(
  { alsoKnownAs }: Config,
  goingOf: (domain: string) => Promise<Going>,
): Promise<readonly string[]> {
  const own = await Promise.all(
    alsoKnownAs.map(async (address) => {
      const { lists } = await goingOf(partsOf(address).domain);
      return lists.length > 0 ? [address] : [];
    }),
  );
  return own.flat();
}

/** Whatever brings it to the desk (an alias, a map, a group): only smtpd is asked. */
function otherFacts(address: string, replies: ReadonlyMap<string, Reply>): AddressFacts {
  const reply = replies.get(address) ?? null;
  return { address, wanted: null, rewritten: null, alias: null, reply };
}

async function addressFacts(
  address: string,
  aliasMaps: readonly MapFacts[],
  replies: ReadonlyMap<string, Reply>,
  asking: Asking,
): Promise<AddressFacts> {
  const { lookUp } = asking;
  const { rewritten, delimiter, isLocal } = await rewrittenOf(address, asking);
  const { local, domain } = partsOf(rewritten?.to ?? address);
  const reply = replies.get(address) ?? null;
  if (rewritten !== null && !(await isLocal(domain))) {
    return { address, wanted: null, rewritten, alias: null, reply };
  }
  const names = [...new Set([local, withoutExtension(local, delimiter)])];
  const found = await firstFound(names, aliasMaps, lookUp);
  return { address, wanted: withoutTicket(local), rewritten, alias: found?.name ?? null, reply };
}

async function rewrittenOf(address: string, { settings, lookUp }: Asking) {
  const delimiter = settings.get('recipient_delimiter') ?? '';
  const destinations = settings.get('mydestination') ?? '';
  const isLocal = (domain: string) => isInList(domain, destinations, lookUp);
  const maps = valuesIn(settings.get('virtual_alias_maps') ?? '');
  const how = { delimiter, isLocal: await isLocal(partsOf(address).domain) };
  return { rewritten: await rewrite(address, maps, how, lookUp), delimiter, isLocal };
}

/** The alias of `support-7102` and of `support+7102-close` is `support`. */
function withoutTicket(local: string): string {
  const at = local.search(/[-+]\d/);
  return at < 0 ? local : local.slice(0, at);
}

async function firstFound(
  names: readonly string[],
  maps: readonly MapFacts[],
  lookUp: LookUp,
): Promise<{ readonly name: string; readonly map: string; readonly value: string } | null> {
  const tables = await Promise.all(
    maps
      .filter(({ problem }) => problem === null)
      .map(async ({ map }) => ({ map, found: (await lookUp('postalias', names, map)).found })),
  );
  for (const name of names) {
    for (const { map, found } of tables) {
      const value = found.get(name);
      if (value !== undefined) return { name, map, value };
    }
  }
  return null;
}

function aliasesOf(
  addresses: readonly AddressFacts[],
  maps: readonly MapFacts[],
  asking: Asking,
): Promise<readonly AliasFacts[]> {
  const names = new Set(addresses.flatMap(({ wanted }) => wanted ?? []));
  return Promise.all([...names].map((name) => aliasOf(name, maps, asking)));
}

async function aliasOf(
  name: string,
  maps: readonly MapFacts[],
  { program, lookUp, exported }: Asking,
): Promise<AliasFacts> {
  const found = await firstFound([name], maps, lookUp);
  const owner = await firstFound([`owner-${name}`], maps, lookUp);
  return {
    name,
    hasOwnerAlias: owner !== null,
    found:
      found === null ? null : { ...found, commands: commandsIn(found.value, program, exported) },
  };
}

const ANYBODY = ['static:anyone', 'static:all'];

async function maySubmit(
  { name }: User,
  { config, settings, lookUp }: Asking,
): Promise<boolean | null> {
  if (!basename(config.sendmail[0]).includes('sendmail')) return null;
  const allowed = settings.get('authorized_submit_users') ?? '';
  if (valuesIn(allowed).some((one) => ANYBODY.includes(one))) return true;
  return isInList(name, allowed, lookUp);
}

interface AskedAll {
  readonly at: string;
  readonly place: Place | null;
  readonly replies: ReadonlyMap<string, Reply>;
  readonly problem: string | null;
}

async function askAll(
  addresses: readonly string[],
  settings: ReadonlyMap<string, string>,
  services: readonly (readonly string[])[],
): Promise<AskedAll> {
  const place = smtpAddressIn(services, settings);
  if (place === null) {
    const problem = 'master.cf has no smtp service';
    return { at: `port ${SMTP_PORT}`, place, replies: new Map(), problem };
  }
  const at = `${place.host}:${place.port}`;
  return { at, place, ...(await askSmtp(place, addresses)) };
}
