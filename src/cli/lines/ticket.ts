/**
 * The command line of tickets. What changes one in a few words comes from the grammar
 * (desk/grammar.ts), and is read by the very row that reads it in a mail.
 */
import { COMMANDS } from '../../desk/grammar.ts';
import type { Group, Place } from '../define.ts';
import type { ListOptions } from '../ticket-list.ts';
import type { SearchOptions } from '../ticket-search.ts';
import type { ShowOptions } from '../ticket-show.ts';
import type { TextOptions } from '../ticket-text.ts';

/** What commander has read. */
type Given<T> = Omit<T, 'config'>;

/** Commands that have a line of their own below, since a text comes with them. */
const WITH_TEXT = ['note'];

export function ticketLines(root: Group, { run, config }: Place): void {
  const ticket = root.group('ticket', {
    description: 'List, show, answer and sort tickets.',
    summary: 'list, show, answer and sort tickets',
    help: `
A ticket is named SUPPORT-7102, support-7102 or 7102.

Examples:
  mailrobot ticket list
  mailrobot ticket show 7102`,
  });
  const text = 'the text; else it comes from stdin, or from $EDITOR';
  ticket
    .define(
      'list',
      'list the open tickets, newest first',
      'mailrobot ticket list --tag login --assignee nobody\n  mailrobot ticket list --all --older 30d --sort updated --json',
    )
    .option('--all', 'resolved ones too')
    .list('--status <status>', 'of this status: new, open, pending, resolved')
    .list('--queue <prefix>', 'of this queue')
    .list('--assignee <name>', 'that this person works on, or nobody')
    .list('--tag <tag>', 'with this tag; several: with all of them')
    .option('--requester <text>', "with this in the requester's name or address")
    .option('--older <time>', 'not changed for so long: 36h, 7d')
    .option('--newer <time>', 'changed since: 36h, 7d')
    .option('--text <text>', 'with this in the subject (ticket search looks into the mails)')
    .option('--sort <by>', 'created (default), updated, priority or status')
    .option('--limit <number>', 'at most so many (default: 50)')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: Given<ListOptions>) =>
      (await import('../ticket-list.ts')).list({ ...options, config: config() }, run),
    );
  ticket
    .define(
      'search <word...>',
      'find tickets with all of these words, in subject, texts, notes or names',
      'mailrobot ticket search login password',
    )
    .option('--limit <number>', 'at most so many (default: 50)')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (words: string[], options: Given<SearchOptions>) =>
      (await import('../ticket-search.ts')).search(words, { ...options, config: config() }, run),
    );
  ticket
    .define('show <id>', 'show a ticket and its messages', 'mailrobot ticket show 7102 --json')
    .option('--full', 'quoted lines and signatures too')
    .option('--json', 'as one JSON object')
    .action(async (id: string, options: Given<ShowOptions>) =>
      (await import('../ticket-show.ts')).show(id, { ...options, config: config() }, run),
    );
  ticket
    .define(
      'reply <id>',
      'answer the requester and whoever gets copies',
      'mailrobot ticket reply 7102 -m "I have reset your password."',
    )
    .option('-m, --message <text>', text)
    .action(async (id: string, options: Given<TextOptions>) =>
      (await import('../ticket-text.ts')).writeText(
        'reply',
        id,
        { ...options, config: config() },
        run,
      ),
    );
  ticket
    .define(
      'note <id>',
      'write down what the customer never sees',
      'mailrobot ticket note 7102 -m "He calls back on Monday."',
    )
    .option('-m, --message <text>', text)
    .action(async (id: string, options: Given<TextOptions>) =>
      (await import('../ticket-text.ts')).writeText(
        'note',
        id,
        { ...options, config: config() },
        run,
      ),
    );
  ticket
    .define(
      'forward <id> <address>',
      'send what was said last, and its files, to somebody outside',
      'mailrobot ticket forward 7102 developer@lab.example -m "Can you look at this?"',
    )
    .option('-m, --message <text>', 'what is said above it')
    .action(async (id: string, address: string, options: Given<TextOptions>) =>
      (await import('../ticket-text.ts')).forward(
        id,
        address,
        { ...options, config: config() },
        run,
      ),
    );
  ticket
    .define(
      'attachment <id> <number>',
      'write an attachment to stdout, by its number in ticket show',
      'mailrobot ticket attachment 7102 1 > scan.pdf',
    )
    .action(async (id: string, number: string) =>
      (await import('../ticket-attachment.ts')).attachment(id, number, config(), run),
    );
  for (const { name, words, summary, example } of COMMANDS) {
    if (WITH_TEXT.includes(name)) continue;
    const rest = words === '' ? '' : ' <words...>';
    ticket
      .define(`${name} <id>${rest}`, withWords(summary, words), `mailrobot ticket ${example}`)
      .option('--json', 'as one JSON object')
      .takesDashes(rest !== '')
      .action(async (id: string, ...given: readonly unknown[]) => {
        const { command } = await import('../ticket-command.ts');
        await command(name, id, given, config(), run);
      });
  }
}

function withWords(summary: string, words: string): string {
  return words === '' ? summary : `${summary}: ${words}`;
}
