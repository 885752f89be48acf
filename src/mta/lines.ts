/**
 * What an administrator gives Postfix for one desk, as lines of its files: an alias file, a
 * regexp map, main.cf. Each begins with a comment that says where the lines belong. Pure.
 */
import type { Config } from '../config/config.ts';
import { type HoleAddress, holeExpressions, holeLines } from './holes.ts';
import {
  aliasesFor,
  commandFor,
  filesFor,
  lmtpRecipients,
  ownRules,
  type Rule,
  recipientsMap,
  type Setting,
  settingsFor,
  ticketsRule,
} from './needs.ts';

/** Where smtpd looks up who is there, for a desk behind LMTP. */
const RECIPIENTS = '/etc/postfix/mailrobot-recipients';

export type Lines = readonly string[];

/** The lines alone. */
export function aliasLines(config: Config, program: string): Lines {
  const verbs = [...aliasesFor(config)];
  const width = Math.max(...verbs.map(([name]) => name.length)) + 2;
  return verbs.map(([name, verb]) => {
    return `${`${name}:`.padEnd(width)}"${commandFor(verb, config, program)}"`;
  });
}

/** And with recipients the addresses of the desk itself, and of its robots by their names. */
export function ticketsLines(
  config: Config,
  holes: readonly HoleAddress[] = [],
  robots: readonly string[] = [],
): Lines {
  const names = robots.length === 0 ? [] : [`(${robots.join('|')})(\\+.*)?`];
  const own = recipientsMap(config) === null ? [] : ownRules(config, 'aliases', names);
  return [ruleLine(ticketsRule(config)), ...holeLines(holes, config), ...own.map(ruleLine)];
}

function ruleLine({ pattern, to }: Rule): string {
  return `${pattern}  ${to}`;
}

export function recipientsLine(config: Config, holes: readonly HoleAddress[] = []): string {
  return `${lmtpRecipients(config, holeExpressions(holes))}  mailrobot`;
}

export function aliasFile(config: Config, program: string): Lines {
  const { aliases } = filesFor(config);
  return [
    `# ${aliases}: file, folder and .db belong to the owner of the store.`,
    `# After a change: postalias hash:${aliases}`,
    ...aliasLines(config, program),
  ];
}

export function ticketsFile(
  config: Config,
  holes: readonly HoleAddress[] = [],
  robots: readonly string[] = [],
): Lines {
  return [`# ${filesFor(config).tickets}: root's.`, ...ticketsLines(config, holes, robots)];
}

/** `current`: what a setting has in Postfix now, or null if nobody could be asked. */
export function mainCf(config: Config, current: (name: string) => string | null): Lines {
  return [
    '# /etc/postfix/main.cf: these in the place of those with the same names.',
    '# Then: postfix reload',
    ...settingsFor(config).map((setting) => {
      return `${setting.name} = ${valueWith(setting, current(setting.name) ?? setting.usual)}`;
    }),
  ];
}

export function lmtpFiles(config: Config, holes: readonly HoleAddress[] = []): Lines {
  const recipients = recipientsMap(config);
  const { tickets } = filesFor(config);
  return [
    '# /etc/postfix/main.cf, and the domain is not in mydestination:',
    `virtual_mailbox_domains = ${config.domain}`,
    'virtual_transport = lmtp:unix:private/mailrobot',
    `virtual_mailbox_maps = regexp:${RECIPIENTS}`,
    'lmtp_send_xforward_command = yes',
    'lmtp_destination_recipient_limit = 1',
    ...(recipients === null ? [] : [`virtual_alias_maps = regexp:${tickets}, ${recipients}`]),
    '',
    `# ${RECIPIENTS}:`,
    recipientsLine(config, holes),
    ...(recipients === null
      ? []
      : [
          '',
          `# ${tickets}: root's.`,
          ...ownRules(config, 'lmtp', holeExpressions(holes)).map(ruleLine),
        ]),
  ];
}

/** A list with the values behind what is in it; once. */
function valueWith({ values, isList }: Setting, current: string): string {
  const known = valuesIn(current);
  if (!isList || known.length === 0) return values.join(', ');
  return [current, ...values.filter((value) => !known.includes(value))].join(', ');
}

/** Postfix divides its lists at commas and blanks. */
export function valuesIn(list: string): readonly string[] {
  return list.split(/[\s,]+/).filter((one) => one !== '');
}
