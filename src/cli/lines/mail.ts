/** The command line of whatever takes one mail, or looks at one; and of held mail and addresses. */
import type { Group, Place } from '../define.ts';

export function mailLines(root: Group, { run, config }: Place): void {
  pipeVerb(root, 'new', 'take a mail on stdin as a new ticket', 'mailrobot new < message.eml');
  pipeVerb(root, 'reply', 'take a mail on stdin as an answer', 'mailrobot reply < answer.eml');
  pipeVerb(root, 'control', 'take a mail of commands on stdin', 'mailrobot control < orders.eml');
  root
    .define(
      'explain <name>',
      'say what was decided about a mail, and why',
      'mailrobot explain 7102\n  mailrobot explain message.eml\n  mailrobot explain "<id@host>"',
    )
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (name: string, options: Asked) =>
      (await import('../explain.ts')).explain(name, { ...options, config: config() }, run),
    );
  root
    .define(
      'replay <file...>',
      "decide mails again by today's rules, and show where they differ",
      'mailrobot replay message.eml\n  mailrobot replay /var/lib/mailrobot/raw',
    )
    .option('--json', 'as one JSON array, of every mail')
    .option('--ndjson', 'one JSON object a line')
    .action(async (files: string[], options: Asked) =>
      (await import('../replay.ts')).replayFiles(files, { ...options, config: config() }, run),
    );
  heldLines(root, { run, config });
  addressLines(root, { run, config });
}

interface Asked {
  readonly json?: boolean;
  readonly ndjson?: boolean;
}

/** Its summary says how it ends: mail never comes through here. */
function pipeVerb(root: Group, name: string, summary: string, example: string): void {
  root
    .define(
      name,
      `${summary}; ends with 0 (the mail is kept) or 75 (the MTA shall try again)`,
      example,
    )
    .option('--queue <prefix>', 'for this queue, where its address names none')
    .option('--dry-run', 'change nothing; show the decision and the mail that would go out');
}

function heldLines(root: Group, { run, config }: Place): void {
  const held = root.group('held', {
    description: 'Mail that waits for a person: strangers at a ticket, and spam.',
    summary: 'let held mail in, or throw it away',
    help: '\nExamples:\n  mailrobot held list\n  mailrobot held release 17',
  });
  held
    .define('list', 'list the held mail, oldest first', 'mailrobot held list --json')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: Asked) =>
      (await import('../held.ts')).listHeld({ ...options, config: config() }, run),
    );
  held
    .define('show <mail>', 'show a held mail', 'mailrobot held show 17')
    .option('--json', 'as one JSON object, without its text')
    .action(async (id: string, options: Asked) =>
      (await import('../held.ts')).showHeld(id, { ...options, config: config() }, run),
    );
  held
    .define(
      'release <mail>',
      'let a held mail in, where it was written to',
      'mailrobot held release 17',
    )
    .action(async (id: string) =>
      (await import('../held.ts')).releaseHeld(id, { config: config() }, run),
    );
  held
    .define('discard <mail>', 'throw a held mail away', 'mailrobot held discard 17')
    .action(async (id: string) =>
      (await import('../held.ts')).discardHeld(id, { config: config() }, run),
    );
}

function addressLines(root: Group, { run, config }: Place): void {
  const address = root.group('address', {
    description:
      'Addresses that our mail came back from, or that are blocked, and get no more of it.',
    summary: 'show addresses that mail came back from, and write to them again',
    help: '\nExamples:\n  mailrobot address list\n  mailrobot address clear nic@ferrier.example',
  });
  address
    .define('list', 'list addresses that mail came back from', 'mailrobot address list')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: Asked) =>
      (await import('../address.ts')).listAddresses({ ...options, config: config() }, run),
    );
  address
    .define(
      'clear <address>',
      'forget what came back: mail goes there again',
      'mailrobot address clear nic@ferrier.example',
    )
    .action(async (name: string) =>
      (await import('../address.ts')).clearAddress(name, { config: config() }, run),
    );
}
