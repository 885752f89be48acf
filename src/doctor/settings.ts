/**
 * Postfix's settings against ours: sizes, times, what it hands to a command, and which way the
 * mail of the desk's domain goes. Values are those of main.cf, with defaults. Pure.
 */
import type { Config } from '../config/config.ts';
import { valuesIn } from '../mta/lines.ts';
import { configFlag } from '../mta/needs.ts';
import type { PostfixFacts } from './facts.ts';
import { addTo, type Finding, type Findings, quoted, setTo } from './finding.ts';
import { STRIPPING } from './roundtrip.ts';

/** A command of ours ends by itself before that (entry.ts), and Postfix must not be faster. */
const OWN_SECONDS = 240;
const COMMAND_SECONDS = 1000;
/** The largest file that a mail makes grow, besides the mail itself: a segment of the journal. */
const STORE_FILE_BYTES = 16 * 1024 * 1024;
const SHORTEST_QUEUE_SECONDS = 3600;
/** What changes the program itself if it is in the environment. */
const DANGEROUS = /^(NODE_\w+|BUN_\w+|LD_PRELOAD|LD_LIBRARY_PATH|PATH)$/;

export function settingFindings(config: Config, postfix: PostfixFacts): Findings {
  const isByCommand = postfix.way === 'local' || postfix.way === 'virtual aliases';
  return [
    ...wayFindings(config, postfix),
    ...sizeFindings(config, postfix),
    ...resultFindings(config, postfix),
    ...timeFindings(postfix, isByCommand),
    ...(isByCommand ? commandFindings(config, postfix) : []),
    ...(isByCommand ? localFindings(postfix) : []),
    ...(postfix.way === 'lmtp' ? lmtpFindings(postfix) : []),
  ];
}

function wayFindings(config: Config, { way, transport, lists, smtp }: PostfixFacts): Findings {
  const { domain } = config;
  const none: Finding = {
    ...{ id: 'domain-unknown', level: 'critical' },
    what: `Postfix takes no mail for ${domain}.`,
    why: 'The domain of the config is in none of mydestination, virtual_alias_domains, virtual_mailbox_domains and relay_domains.',
    mend: [
      `# the settings: mailrobot postfix main.cf${configFlag(config)}`,
      addTo('mydestination', domain),
    ],
  };
  const elsewhere: Finding = {
    ...{ id: 'domain-elsewhere', level: 'critical' },
    what: `Postfix hands mail for ${domain} to ${transport}, and not to mailrobot.`,
    why: `The domain is in ${lists[0]}, and that is the transport for it.`,
    mend: [
      `# for aliases: take ${domain} out of there, and put it into mydestination;`,
      `# for LMTP: mailrobot postfix lmtp${configFlag(config)}`,
    ],
  };
  const twice: Finding = {
    ...{ id: 'domain-twice', level: 'warning' },
    what: `Postfix has ${domain} in ${lists.join(' and in ')}.`,
    why: 'A domain belongs in one of these lists. With two of them, where its mail goes depends on the order in which Postfix looks.',
    mend: [`# take ${domain} out of all of them but one, then: postfix reload`],
  };
  const silent: Finding = {
    ...{ id: 'smtp-silent', level: 'critical' },
    what: `Postfix does not answer at ${smtp?.at ?? 'its port'}: ${smtp?.problem ?? ''}.`,
    why: 'No mail can come in by SMTP, and no address could be tried.',
    mend:
      smtp?.place === null && smtp.at.startsWith('port')
        ? [`postconf -M ${quoted('smtp/inet=smtp inet n - y - - smtpd')} && postfix reload`]
        : ['postfix status || postfix start', 'postfix check'],
  };
  return [
    ...(way === 'nowhere' ? [none] : []),
    ...(way === 'other' ? [elsewhere] : []),
    ...(lists.length > 1 ? [twice] : []),
    ...(smtp !== null && smtp.problem !== null ? [silent] : []),
  ];
}

function sizeFindings({ limits, file }: Config, { settings, way }: PostfixFacts): Findings {
  const ours = limits.messageSize;
  const taken = numberOf(settings.get('message_size_limit'));
  const box = numberOf(settings.get('mailbox_size_limit'));
  const message: Finding = {
    ...{ id: 'message-size', level: 'critical' },
    what: `Postfix takes mails of ${sizeOf(taken)}, and mailrobot only of ${bytes(ours)}.`,
    why: 'Postfix keeps a larger mail, tries it again for days, and then sends it back.',
    mend:
      taken === 0
        ? [setTo('message_size_limit', String(Math.min(ours, box || ours)))]
        : [`# in ${file}: "limits": {"messageSize": ${taken}}`],
  };
  const needed = Math.max(taken ?? 0, STORE_FILE_BYTES);
  const mailbox: Finding = {
    ...{ id: 'mailbox-size', level: 'critical' },
    what: `mailbox_size_limit is ${bytes(box ?? 0)}: no command of an alias may write a larger file.`,
    why: `mailrobot needs files of ${bytes(needed)}: the largest mail, or a piece of its journal. Without them, mail stays in the queue.`,
    mend: [setTo('mailbox_size_limit', '0')],
  };
  const isTooSmall = box !== null && box !== 0 && box < needed;
  return [
    ...(taken !== null && (taken === 0 || taken > ours) ? [message] : []),
    ...(isTooSmall && way !== 'lmtp' ? [mailbox] : []),
  ];
}

/** What "below" trusts the MTA to do. */
function resultFindings({ file }: Config, { stripsResults, settings }: PostfixFacts): Findings {
  if (stripsResults !== false) return [];
  const maps = valuesIn(settings.get('header_checks') ?? '');
  const finding: Finding = {
    ...{ id: 'results-unstripped', level: 'warning' },
    what: 'header_checks lets through Authentication-Results that a mail comes with, and "authResults": "below" believes them.',
    why: 'A filter may take them off from what comes by SMTP while it runs. It does so neither while it is away, nor from what a user or a program of this host hands to sendmail.',
    mend: [
      `echo '${STRIPPING}' >> /etc/postfix/header_checks`,
      setTo('header_checks', ['regexp:/etc/postfix/header_checks', ...maps].join(' ')),
      `# or, in ${file}: "authResults": "above"`,
    ],
  };
  return [finding];
}

function timeFindings({ settings }: PostfixFacts, isByCommand: boolean): Findings {
  const command = secondsOf(settings.get('command_time_limit'));
  const queue = secondsOf(settings.get('maximal_queue_lifetime'));
  const short: Finding = {
    ...{ id: 'command-time', level: 'critical' },
    what: `command_time_limit is ${settings.get('command_time_limit')}.`,
    why: `Postfix kills a command that takes longer, and sends the mail back. mailrobot ends by itself after ${OWN_SECONDS} seconds, and then the mail only waits.`,
    mend: [setTo('command_time_limit', `${COMMAND_SECONDS}s`)],
  };
  const life: Finding = {
    ...{ id: 'queue-lifetime', level: 'critical' },
    what: `maximal_queue_lifetime is ${settings.get('maximal_queue_lifetime')}.`,
    why: 'While the desk cannot take mail (a full disk, a mistake in the config), Postfix must keep it. After that time it sends the mail back.',
    mend: [setTo('maximal_queue_lifetime', '5d')],
  };
  return [
    ...(isByCommand && command !== null && command <= OWN_SECONDS ? [short] : []),
    ...(queue !== null && queue < SHORTEST_QUEUE_SECONDS ? [life] : []),
  ];
}

function commandFindings(config: Config, { settings }: PostfixFacts): Findings {
  const allowed = valuesIn(settings.get('allow_mail_to_commands') ?? 'alias');
  const exported = valuesIn(settings.get('export_environment') ?? '');
  const forbidden: Finding = {
    ...{ id: 'no-commands', level: 'critical' },
    what: 'Postfix runs no commands of alias maps.',
    why: 'allow_mail_to_commands does not name "alias", so mail to the desk is sent back.',
    mend: [setTo('allow_mail_to_commands', ['alias', ...allowed].join(', '))],
  };
  const nameOf = (entry: string) => entry.split('=')[0] ?? '';
  const dangerous = exported.filter((entry) => DANGEROUS.test(nameOf(entry)));
  const rest = exported.filter((entry) => !dangerous.includes(entry)).join(' ');
  const environment: Finding = {
    ...{ id: 'environment', level: 'critical' },
    what: `Postfix hands ${dangerous.map(nameOf).join(' and ')} to every command.`,
    why: 'export_environment names it. It changes how mailrobot itself is started, so a mail may end in another way than the same command by hand.',
    mend: [setTo('export_environment', rest)],
  };
  const other = exported.find(
    (entry) => entry.startsWith('MAILROBOT_CONFIG=') && entry !== `MAILROBOT_CONFIG=${config.file}`,
  );
  const otherConfig: Finding = {
    ...{ id: 'environment-config', level: 'warning' },
    what: `Postfix hands ${other} to every command, and this config is ${config.file}.`,
    why: 'export_environment says so. An alias without --config delivers into that other desk.',
    mend: [setTo('export_environment', exported.filter((entry) => entry !== other).join(' '))],
  };
  return [
    ...(allowed.includes('alias') ? [] : [forbidden]),
    ...(dangerous.length > 0 ? [environment] : []),
    ...(other === undefined ? [] : [otherConfig]),
  ];
}

function localFindings({ local, smtp }: PostfixFacts): Findings {
  const line = 'local/unix=local unix - n n - - local';
  const missing: Finding = {
    ...{ id: 'local-missing', level: 'critical' },
    what: 'master.cf has no service local, which runs the commands of aliases.',
    why: 'Mail to the desk stays in the queue: its transport is unavailable.',
    mend: [`postconf -M ${quoted(line)} && postfix reload`],
  };
  const chrooted: Finding = {
    ...{ id: 'local-chroot', level: 'critical' },
    what: 'Postfix runs its service local in a chroot.',
    why: 'There it knows no users and no programs, so mail to the desk stays in the queue.',
    mend: ['postconf -F local/unix/chroot=n && postfix reload'],
  };
  // Without an answer of master.cf there is no smtp service, either.
  return [
    ...(local === null && smtp?.place ? [missing] : []),
    ...(local?.isChrooted ? [chrooted] : []),
  ];
}

function lmtpFindings({ settings, lmtp }: PostfixFacts): Findings {
  const silent: Finding = {
    ...{ id: 'lmtp-silent', level: 'critical' },
    what: `Nobody listens at ${lmtp?.socket}: ${lmtp?.problem}.`,
    why: 'Postfix hands the mail of the desk to that socket. Until somebody listens there, the mail stays in the queue.',
    mend: ['systemctl enable --now mailrobot.socket', 'systemctl status mailrobot'],
  };
  const forward: Finding = {
    ...{ id: 'lmtp-xforward', level: 'warning' },
    what: 'Postfix does not say by LMTP which host a mail came from.',
    why: 'Without lmtp_send_xforward_command = yes, mailrobot takes every mail for one of this host, and believes less of it.',
    mend: [setTo('lmtp_send_xforward_command', 'yes')],
  };
  const several: Finding = {
    ...{ id: 'lmtp-recipients', level: 'warning' },
    what: 'Postfix hands over a mail for several addresses of the desk at once.',
    why: 'With lmtp_destination_recipient_limit = 1 each of them is a mail of its own, with its own X-Original-To, as by an alias.',
    mend: [setTo('lmtp_destination_recipient_limit', '1')],
  };
  return [
    ...(lmtp !== null && lmtp.problem !== null ? [silent] : []),
    ...(settings.get('lmtp_send_xforward_command') === 'yes' ? [] : [forward]),
    ...(settings.get('lmtp_destination_recipient_limit') === '1' ? [] : [several]),
  ];
}

function numberOf(value: string | undefined): number | null {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** `1000s`, `5d`; null for what is no time. */
export function secondsOf(value: string | undefined): number | null {
  const [, number, unit = 's'] = /^(\d+)([smhdw])?$/.exec(value ?? '') ?? [];
  return number === undefined ? null : Number(number) * (UNIT_SECONDS[unit] ?? 1);
}

function sizeOf(limit: number | null): string {
  return limit === 0 ? 'any size' : `up to ${bytes(limit ?? 0)}`;
}

function bytes(count: number): string {
  return count >= 1_000_000 ? `${Math.round(count / 1_000_000)} MB` : `${count} bytes`;
}
