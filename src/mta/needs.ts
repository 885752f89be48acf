/**
 * What Postfix needs for one desk, as values: aliases, the map of the tickets, settings, and
 * what exists for a desk behind LMTP.
 *
 * An alias is made for each queue, for the tickets of each prefix and for the two services; if
 * two of them have one name, one alias does, since the address decides and not the verb
 * (decision/addressing.ts). `lines.ts` writes them, `script.ts` makes a script of them, and the
 * doctor compares Postfix with them. Pure.
 */
import { dirname, join } from 'node:path';
import { type Config, prefixesOf } from '../config/config.ts';
import { recipientsOf } from '../config/recipients.ts';
import type { Verb } from '../ticket/decision.ts';

const CONFIG_FILE = '/etc/mailrobot/config.json';

/** ` --config FILE`, or nothing for the file that is looked for anyway. */
export function configFlag({ file }: Pick<Config, 'file'>): string {
  return file === CONFIG_FILE ? '' : ` --config ${file}`;
}

export interface Files {
  /** In a folder of its own: postalias writes the .db as the folder's owner. */
  readonly aliases: string;
  readonly tickets: string;
}

export function filesFor({ file }: Pick<Config, 'file'>): Files {
  const folder = dirname(file);
  return { aliases: join(folder, 'postfix', 'aliases'), tickets: join(folder, 'tickets.regexp') };
}

/** By alias, in lower case; of one name the first is kept. */
export function aliasesFor(config: Config): ReadonlyMap<string, Exclude<Verb, 'any'>> {
  const verbs = new Map<string, Exclude<Verb, 'any'>>();
  const add = (name: string, verb: Exclude<Verb, 'any'>) => {
    const alias = name.toLowerCase();
    if (!verbs.has(alias)) verbs.set(alias, verb);
  };
  for (const { prefix, address } of config.queues) {
    add(address, 'new');
    add(prefix, 'reply');
  }
  add(config.control, 'control');
  add(config.help, 'control');
  return verbs;
}

/** What stands behind the name of an alias, without its quotes. */
export function commandFor(verb: string, config: Pick<Config, 'file'>, program: string): string {
  return `|${program} ${verb}${configFlag(config)} || exit 75`;
}

export interface Rule {
  readonly pattern: string;
  readonly to: string;
}

/** The address of a ticket, and where it leads: support-7102@ to support+7102@. */
export function ticketsRule(config: Config): Rule {
  const pattern = `/^(${prefixes(config)})-([0-9].*)@(${literal(config.domain)})$/`;
  return { pattern, to: `\${1}+\${2}@\${3}` };
}

/**
 * The addresses of the desk that lead to themselves, so that the table of recipients, which stands
 * behind this map, is not asked for them: tickets come in while its database is away. With LMTP,
 * the mail of postmaster is the machine's. `more`: expressions of other local parts.
 */
export function ownRules(
  config: Config,
  way: 'aliases' | 'lmtp',
  more: readonly string[] = [],
): readonly Rule[] {
  const domain = config.domain.toLowerCase();
  const at = `@${literal(domain)}$/`;
  const names = [...(way === 'aliases' ? ['postmaster'] : []), ...new Set(more)];
  const local = [ownLocalParts(config), ...names].join('|');
  return [
    { pattern: `/^(${local})${at}`, to: `\${1}@${domain}` },
    ...(way === 'lmtp' ? [{ pattern: `/^postmaster${at}`, to: 'postmaster' }] : []),
  ];
}

/** Where Postfix looks recipients up; null if the config has none. */
export function recipientsMap(config: Config): string | null {
  const known = recipientsOf(config);
  if (known === null) return null;
  return known.kind === 'file'
    ? `${known.type}:${known.path}`
    : `proxy:pgsql:${lookUpFile(config)}`;
}

/** What tells Postfix how to ask the database: root's, since it may have a password in it. */
export function lookUpFile({ file }: Pick<Config, 'file'>): string {
  return join(dirname(file), 'recipients.cf');
}

export interface Setting {
  readonly name: string;
  /** In this order; several in a list alone. */
  readonly values: readonly [string, ...string[]];
  /** A list that others have values in, too; else it is the only value. */
  readonly isList: boolean;
  /** What Postfix has without a line in main.cf. */
  readonly usual: string;
}

export function settingsFor(config: Config): readonly Setting[] {
  const { aliases, tickets } = filesFor(config);
  const recipients = recipientsMap(config);
  const list = (name: string, value: string, usual: string): Setting => {
    return { name, values: [value], isList: true, usual };
  };
  return [
    list('alias_maps', `hash:${aliases}`, 'hash:/etc/aliases'),
    {
      ...list('virtual_alias_maps', `regexp:${tickets}`, ''),
      values: [`regexp:${tickets}`, ...(recipients === null ? [] : [recipients])],
    },
    list('mydestination', config.domain, '$myhostname, localhost.$mydomain, localhost'),
    { name: 'recipient_delimiter', values: ['+'], isList: false, usual: '' },
  ];
}

/** What exists, for smtpd in front of a desk behind LMTP. */
export function lmtpRecipients(config: Config, more: readonly string[] = []): string {
  const local = [ownLocalParts(config), ...more].join('|');
  return `/^(${local})@${literal(config.domain)}$/`;
}

function ownLocalParts(config: Config): string {
  const queues = config.queues.map(({ address }) => literal(address.toLowerCase())).join('|');
  const services = [config.control, config.help].map((name) => literal(name.toLowerCase()));
  return `${services.join('|')}|(${queues})(\\+.*)?|(${prefixes(config)})([-+][0-9].*)?`;
}

function prefixes(config: Config): string {
  return prefixesOf(config)
    .map((prefix) => prefix.toLowerCase())
    .join('|');
}

/** As a regular expression: names hold no other character that means something in one. */
function literal(name: string): string {
  return name.replaceAll('.', '\\.');
}
