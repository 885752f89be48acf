/**
 * What an administrator gives Postfix for one desk: every line for its config as it is.
 *
 * The whole is a shell script for root, so that it can be read, copied or run; what
 * lies in the user's folder is written through no link of theirs. An alias is made for
 * each queue, for the tickets of each prefix and for the two services; if two of them
 * have one name, one line does, since the address decides and not the verb
 * (decision/addressing.ts). Pure.
 */
import { dirname, join } from 'node:path';
import { type Config, prefixesOf } from '../config/config.ts';

const CONFIG_FILE = '/etc/mailrobot/config.json';

export interface RunsAs {
  /** Whoever owns the store: local(8) runs a command as the owner of the alias map. */
  readonly user: string;
  readonly program: string;
}

/** ` --config FILE`, or nothing for the file that is looked for anyway. */
export function configFlag({ file }: Pick<Config, 'file'>): string {
  return file === CONFIG_FILE ? '' : ` --config ${file}`;
}

export function postfixLines(config: Config, { user, program }: RunsAs): string {
  const aliases = join(dirname(config.file), 'postfix', 'aliases');
  const tickets = join(dirname(config.file), 'tickets.regexp');
  const flag = configFlag(config);
  const verbs = verbsOf(config);
  const names = [...verbs.keys()];
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  const lines = [...verbs].map(
    ([name, verb]) => `${`${name}:`.padEnd(width)}"|${program} ${verb}${flag} || exit 75"`,
  );
  const [queue] = config.queues;
  return `# 1. An alias map. Postfix runs a command as the owner of its map: the folder,
#    the file and the .db that postalias makes of it must all be ${user}'s.
mkdir -p ${dirname(aliases)}
install -m 644 /dev/stdin ${aliases} <<'END'
${lines.join('\n')}
END
chown -R ${user} ${dirname(aliases)}
postalias hash:${aliases}

# 2. A map that finds these aliases for ${queue.prefix}-${queue.first}@ and whatever stands behind
#    a ticket, and touches no other address. It is root's.
install -m 644 /dev/stdin ${tickets} <<'END'
/^(${prefixes(config)})-([0-9].*)@(${literal(config.domain)})$/  \${1}+\${2}@\${3}
END

# 3. Tell Postfix. What a setting has already is not added again.
add() {
  postconf -h "$1" | tr -s ', ' '\\n' | grep -qxF -- "$2" ||
    postconf -e "$1 = $(postconf -h "$1"), $2"
}
add alias_maps hash:${aliases}
add virtual_alias_maps regexp:${tickets}
add mydestination ${config.domain}
postconf -e "recipient_delimiter = +"
postfix reload

# 4. A name that /etc/aliases has already never comes to us. This prints such lines:
printf '%s\\n' ${names.join(' ')} | postalias -q - hash:/etc/aliases

# By LMTP (postfix/lmtp.cf) in the place of all this, what exists is
#   ${lmtpRecipients(config)}`;
}

/** The line of mailrobot-recipients: what smtpd takes for a desk behind LMTP. */
function lmtpRecipients(config: Config): string {
  const queues = config.queues.map(({ address }) => literal(address.toLowerCase())).join('|');
  const services = [config.control, config.help].map((name) => literal(name.toLowerCase()));
  const local = `${services.join('|')}|(${queues})(\\+.*)?|(${prefixes(config)})([-+][0-9].*)?`;
  return `/^(${local})@${literal(config.domain)}$/  mailrobot`;
}

/** By alias, in lower case; of one name the first is kept. */
function verbsOf(config: Config): ReadonlyMap<string, string> {
  const verbs = new Map<string, string>();
  const add = (name: string, verb: string) => {
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

function prefixes(config: Config): string {
  return prefixesOf(config)
    .map((prefix) => prefix.toLowerCase())
    .join('|');
}

/** As a regular expression: names hold no other character that means something in one. */
function literal(name: string): string {
  return name.replaceAll('.', '\\.');
}
