/**
 * What an administrator gives Postfix for one desk, as a whole: a shell script for root, so that
 * it can be read, copied or run. What lies in the user's folder is written through no link of
 * theirs. What is there already is not added twice. Pure.
 */
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { type HoleAddress, holeLines } from './holes.ts';
import { aliasLines, recipientsLine, ticketsLine } from './lines.ts';
import { aliasesFor, configFlag, filesFor, settingsFor } from './needs.ts';

export interface RunsAs {
  /** Whoever owns the store: local(8) runs a command as the owner of the alias map. */
  readonly user: string;
  readonly program: string;
}

export function postfixScript(
  config: Config,
  { user, program }: RunsAs,
  holes: readonly HoleAddress[] = [],
): string {
  const { aliases, tickets } = filesFor(config);
  const [queue] = config.queues;
  const settings = settingsFor(config).map(({ name, value, isList }) =>
    isList ? `add ${name} ${value}` : `postconf -e "${name} = ${value}"`,
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
${[ticketsLine(config), ...holeLines(holes, config)].join('\n')}
END

# 3. Tell Postfix. What a setting has already is not added again.
add() {
  postconf -h "$1" | tr -s ', ' '\\n' | grep -qxF -- "$2" ||
    postconf -e "$1 = $(postconf -h "$1"), $2"
}
${settings.join('\n')}
postfix reload

# 4. A name that /etc/aliases has already never comes to us. This prints such lines:
printf '%s\\n' ${[...aliasesFor(config).keys()].join(' ')} | postalias -q - hash:/etc/aliases

# By LMTP in the place of all this (mailrobot postfix lmtp${configFlag(config)}), what exists is
#   ${recipientsLine(config, holes)}`;
}
