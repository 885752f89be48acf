/** What `mailrobot status` warns of, as findings: why it matters, and what mends it. Pure. */
import { dirname, join } from 'node:path';
import { type Config, folderOf } from '../config/config.ts';
import { configFlag } from '../mta/needs.ts';
import type { Row } from '../reports/health.ts';
import { type Finding, type Findings, quoted } from './finding.ts';

interface Advice {
  readonly why: string;
  readonly mend: (config: Config, value: string) => readonly string[];
}

const ours = (words: string) => (config: Config) => [`mailrobot ${words}${configFlag(config)}`];

/** By the name of the row. */
const ADVICE: Readonly<Record<string, Advice>> = {
  store: {
    why: 'No mail can be taken while the store cannot be opened.',
    mend: (config, value) =>
      config.store.kind === 'files'
        ? ours(value.includes('mailrobot rebuild') ? 'rebuild' : 'fsck')(config)
        : [
            '# see that the database of "store" runs, takes writes, and lets this user in:',
            `runuser -u mailrobot -- mailrobot status${configFlag(config)}`,
          ],
  },
  outbox: {
    why: 'Replies wait here until sendmail takes them. Every run tries again.',
    mend: (config) => [
      `mailrobot ticket list${configFlag(config)}   # any command tries again`,
      `mailrobot resume${configFlag(config)}        # if it rests since a restore`,
      'postqueue -p            # and what Postfix itself has not sent',
    ],
  },
  timer: {
    why: 'What is to go out at a time waits for the next mail or command, and answers are not held for "undo".',
    mend: () => [
      'systemctl enable --now mailrobot-due.timer   # or mailrobot serve --lmtp',
      'systemctl start mailrobot-due.service        # and it is known at once',
    ],
  },
  sendmail: {
    why: 'What goes out is handed to this program.',
    mend: ({ file }) => [`# name the right one in "sendmail" of ${file}`],
  },
  smtp: {
    why: 'What goes out by SMTP is handed to that server, and waits here until it takes mail.',
    mend: ({ file }) => [
      'postconf inet_interfaces && postconf -M smtp/inet',
      `# or name the right place in "smtp" of ${file}`,
    ],
  },
  held: {
    why: 'Held mail waits for a person to let it in or to throw it away.',
    mend: ours('held list'),
  },
  'failed addresses': {
    why: 'Mail to them came back, and they get no more until a person clears them.',
    mend: ours('address list'),
  },
  disk: {
    why: 'When the disk is full, mail stays in the queue of Postfix.',
    mend: ({ store }) => [`df -h ${quoted(folderOf(store))}`],
  },
  inodes: {
    why: 'Each mail is a file of its own. When no more can be made, mail stays in the queue of Postfix.',
    mend: ({ store }) => [`df -i ${quoted(folderOf(store))}`],
  },
  subscribers: {
    why: 'A subscriber that fails gets its events later, all of them and in order.',
    mend: ours('subscriber list'),
  },
  robots: {
    why: 'Mail that waits for a robot is kept, and nobody has dealt with it yet.',
    mend: ours('robot list'),
  },
  templates: {
    why: 'The built-in text goes out in the place of your own.',
    mend: (config, value) =>
      isClosed(value)
        ? [`chmod -R a+rX ${quoted(join(dirname(config.file), 'templates'))}`]
        : ours('template check')(config),
  },
  owners: {
    why: 'What mailrobot cannot read or write keeps mail in the queue.',
    mend: ({ store }, value) => {
      const folder = quoted(folderOf(store));
      if (value.endsWith('read-only')) {
        return [`mount -o remount,rw "$(findmnt -nro TARGET -T ${folder})"`];
      }
      return [
        `chown -R --reference=${folder} ${folder}`,
        `chmod 700 ${folder} && find ${folder} -mindepth 1 -maxdepth 1 -exec chmod u+rwX {} +`,
      ];
    },
  },
  clock: {
    why: 'The clock is behind now, or was ahead then. By it the desk knows what is due, how long an address is good, and how many answers went out.',
    mend: () => ['timedatectl', 'timedatectl set-ntp true'],
  },
  log: {
    why: 'The mail is kept all the same, but its line is lost.',
    mend: ({ file }) => [`# let the owner of the store write there, or change "log" in ${file}`],
  },
};

/** A text is nobody's secret: it goes out. */
export function isClosed(problem: string): boolean {
  return problem.includes('(EACCES)');
}

export function healthFindings(rows: readonly Row[], config: Config): Findings {
  return rows.flatMap(({ name, level, value }): readonly Finding[] => {
    const advice = ADVICE[name];
    if (level === 'ok' || advice === undefined) return [];
    return [
      {
        id: `status-${name.replaceAll(' ', '-')}`,
        level: level === 'critical' ? 'critical' : 'warning',
        what: `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${value}.`,
        why: advice.why,
        mend: advice.mend(config, value),
      },
    ];
  });
}
