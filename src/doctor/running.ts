/**
 * Whether the program runs as Postfix would run it, and hands over what it writes: the commands of
 * the aliases with an empty mail, sendmail's rights, the machine around them. Pure.
 */
import { folderOf } from '../config/config.ts';
import type { CommandEnd, DoctorFacts } from './facts.ts';
import { type Finding, type Findings, quoted } from './finding.ts';

/** `isKnown`: why no command of an alias can end well is a finding already. */
export function runningFindings(facts: DoctorFacts, isKnown: boolean): Findings {
  return [
    ...(isKnown ? [] : commandFindings(facts.commandEnds)),
    ...submitFindings(facts),
    ...machineFindings(facts),
  ];
}

/** Of those that end in the same way the first. */
function commandFindings(ends: readonly CommandEnd[]): Findings {
  const failed = ends.filter(({ end }) => end.type !== 'exit' || end.code !== 0);
  const kindOf = ({ user, end }: CommandEnd) => JSON.stringify([user, end]);
  const firsts = new Map(failed.toReversed().map((one) => [kindOf(one), one]));
  return failed
    .filter((one) => firsts.get(kindOf(one)) === one)
    .flatMap((first) => {
      const like = failed.filter((one) => kindOf(one) === kindOf(first));
      return commandFinding(first, like.length - 1);
    });
}

function commandFinding(one: CommandEnd, more: number): Findings {
  const { command, user, shell, directory, end } = one;
  const like = more === 0 ? '' : ` (and ${more} more like it)`;
  const said = end.type === 'exit' ? (end.output.trim().split('\n')[0] ?? '') : '';
  const ended = end.type === 'exit' ? `ends with ${end.code}` : ENDS[end.type];
  return [
    {
      ...{ id: 'command-fails', level: 'critical' },
      what: `As ${user}, ${command}${like} ${ended} for an empty mail.`,
      why: said === '' ? silentWhy(one) : `It says: ${said}`,
      mend: [
        '# as Postfix runs it:',
        `cd ${quoted(directory)} && runuser -u ${user} -- env -i PATH=/usr/bin:/bin ${shell} ${quoted(command)} < /dev/null`,
        ...(shell === DEFAULT_SHELL
          ? []
          : ['# or, without local_command_shell:', unset('local_command_shell')]),
        ...(directory === '/'
          ? []
          : ['# or, without command_execution_directory:', unset('command_execution_directory')]),
      ],
    },
  ];
}

const DEFAULT_SHELL = '/bin/sh -c';

function silentWhy({ directory, user }: CommandEnd): string {
  return directory === '/'
    ? 'It should end with 0, and say nothing.'
    : `It should end with 0, and say nothing. command_execution_directory is ${directory}, where ${user} must be able to go.`;
}

function unset(setting: string): string {
  return `postconf -X ${setting} && postfix reload`;
}

const ENDS = {
  signal: 'is killed',
  timeout: 'does not end within a minute',
  'not-run': 'cannot be started',
} as const;

function submitFindings({ postfix, storeOwner }: DoctorFacts): Findings {
  if (postfix === null || postfix.maySubmit !== false) return [];
  const allowed = postfix.settings.get('authorized_submit_users') ?? '';
  return [
    {
      ...{ id: 'submit-users', level: 'critical' },
      what: `Postfix takes no mail from ${storeOwner.name} by sendmail.`,
      why: `authorized_submit_users is "${allowed}" and does not name that user. No reply goes out.`,
      mend: [`postconf -e ${quoted(`authorized_submit_users = ${storeOwner.name}, ${allowed}`)}`],
    },
  ];
}

const LOCKED_TOO_LONG_MS = 2000;

function machineFindings(facts: DoctorFacts): Findings {
  const { lockedMs, hasFlock } = facts.machine;
  const locked: Finding = {
    ...{ id: 'lock', level: 'critical' },
    what: `Somebody has held the lock of the store for more than ${Math.round(lockedMs / 1000)} seconds.`,
    why: 'One run after the other holds it, for some milliseconds each. A stopped process keeps it, and all mail waits.',
    mend: [
      `fuser -v ${quoted(folderOf(facts.config.store))}/lock`,
      '# then let that process go on (kill -CONT) or end it',
    ],
  };
  const noFlock: Finding = {
    ...{ id: 'flock', level: 'critical' },
    what: 'The program flock is not there.',
    why: 'It is part of util-linux. mailrobot takes the lock of the store by it.',
    mend: ['apt-get install util-linux'],
  };
  return [
    ...fileSystemFindings(facts),
    ...(lockedMs >= LOCKED_TOO_LONG_MS ? [locked] : []),
    ...(hasFlock ? [] : [noFlock]),
  ];
}

function fileSystemFindings({ config, machine: { fileSystem } }: DoctorFacts): Findings {
  const store = folderOf(config.store);
  if (fileSystem === null || fileSystem.keeps === 'yes') return [];
  if (fileSystem.keeps === 'until reboot') {
    return [
      {
        ...{ id: 'file-system', level: 'critical' },
        what: `The store ${store} is on ${fileSystem.name}, which forgets all at a reboot.`,
        why: 'A mail that mailrobot has taken is nowhere else any more.',
        mend: [`# move it to a disk, and name it in "store" of ${config.file}`],
      },
    ];
  }
  return [
    {
      ...{ id: 'file-system', level: 'warning' },
      what: `The store ${store} is on ${fileSystem.name}, a file system of another machine.`,
      why: 'Its locks and its fsync may not be what mailrobot relies on.',
      mend: [`# move it to a local disk, and name it in "store" of ${config.file}`],
    },
  ];
}
