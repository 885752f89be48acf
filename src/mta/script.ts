/**
 * What an administrator gives Postfix for one desk, as a whole: a shell script for root, so that
 * it can be read, copied or run. What lies in the user's folder is written through no link of
 * theirs. What is there already is not added twice. Pure.
 */
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { recipientsOf } from '../config/recipients.ts';
import type { HoleAddress } from './holes.ts';
import { aliasLines, recipientsLine, ticketsLines } from './lines.ts';
import { aliasesFor, configFlag, filesFor, lookUpFile, settingsFor } from './needs.ts';
import { lookUpLines } from './recipients.ts';

export interface RunsAs {
  /** Whoever owns the store: local(8) runs a command as the owner of the alias map. */
  readonly user: string;
  readonly program: string;
}

export function postfixScript(
  config: Config,
  { user, program }: RunsAs,
  holes: readonly HoleAddress[] = [],
  robots: readonly string[] = [],
): string {
  const { aliases, tickets } = filesFor(config);
  const [queue] = config.queues;
  const settings = settingsFor(config).flatMap(({ name, values, isList }) =>
    values.map((value) => (isList ? `add ${name} ${value}` : `postconf -e "${name} = ${value}"`)),
  );
  return `# 1. An alias map. Postfix runs a command as the owner of its map: the folder,
#    the file and the .db that postalias makes of it must all be ${user}'s.
mkdir -p ${dirname(aliases)}
install -m 644 /dev/stdin ${aliases} <<'END'
${aliasLines(config, program).join('\n')}
END
chown -R ${user} ${dirname(aliases)}
postalias hash:${aliases}

# 2. A map that finds these aliases for ${queue.prefix}-${queue.first}@ and whatever stands behind
#    a ticket, and touches no other address. It is root's.
install -m 644 /dev/stdin ${tickets} <<'END'
${ticketsLines(config, holes, robots).join('\n')}
END

${recipientsStep(config, user)}# 3. Tell Postfix. What a setting has already is not added again.
add() {
  postconf -h "$1" | tr -s ', ' '\\n' | grep -qxF -- "$2" ||
    postconf -e "$1 = $(postconf -h "$1"), $2"
}
${settings.join('\n')}
postfix reload

# 4. A name that /etc/aliases has already never comes to us. This prints such lines:
printf '%s\\n' ${[...aliasesFor(config).keys()].join(' ')} | postalias -q - hash:/etc/aliases || :

# By LMTP in the place of all this (mailrobot postfix lmtp${configFlag(config)}), what exists is
#   ${recipientsLine(config, holes)}`;
}

/** Where Postfix looks recipients up: what is there stays, since it may have a password in it. */
function recipientsStep(config: Config, user: string): string {
  const known = recipientsOf(config);
  if (known === null) return '';
  if (known.kind === 'file') {
    const { type, path } = known;
    return `#    And the table of recipients, which is ${user}'s.
[ -e ${path} ] || install -o ${user} -m 644 /dev/null ${path}
postmap ${type}:${path}

`;
  }
  const file = lookUpFile(config);
  return `#    And how Postfix asks for recipients.
[ -e ${file} ] || install -m 640 -g postfix /dev/stdin ${file} <<'END'
${lookUpLines(known).join('\n')}
END

`;
}
