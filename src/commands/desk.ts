/**
 * The desk's command line. The one file that knows commander.
 *
 * Declares every command with its help; each is loaded when it is called.
 * Exit codes: 0, 1 for "could not", 2 for wrong usage; an error is one line on
 * stderr. The pipe verbs are declared for their help alone: mail never comes
 * through here.
 */
import { Command, CommanderError } from 'commander';
import { DESK_EXIT } from '../outcome.ts';
import type { Run } from '../run.ts';
import { inertLine } from '../terminal/inert.ts';
import { configFile } from './arguments.ts';
import { Ended, Refused } from './refused.ts';

export async function desk(run: Run): Promise<number> {
  const output = watchOutput();
  const exit = await carryOut(run);
  const error = await output.error();
  if (error === null) return exit;
  run.explain(`mailrobot: the output could not be written: ${error.message}`);
  return DESK_EXIT.failed;
}

async function carryOut(run: Run): Promise<number> {
  try {
    await program(run).parseAsync([...run.args], { from: 'user' });
    return DESK_EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return exitOf(error, run.args);
    const message = error instanceof Error ? error.message : String(error);
    run.explain(`mailrobot: ${inertLine(message)}`);
    if (error instanceof Ended) return error.exit;
    return error instanceof Refused && error.isUsage ? DESK_EXIT.usage : DESK_EXIT.failed;
  }
}

/** Help that was asked for is done; help that is shown instead of a command is wrong usage. */
function exitOf({ code }: CommanderError, args: readonly string[]): number {
  const isAsked = code === 'commander.help' && args.includes('help');
  return isAsked || code === 'commander.helpDisplayed' || code === 'commander.version'
    ? DESK_EXIT.done
    : DESK_EXIT.usage;
}

/** Nobody reading on (EPIPE, as under head) is no error; a full disk is. */
function watchOutput(): { error(): Promise<Error | null> } {
  let failed: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failed = error;
  });
  return {
    error: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return failed;
    },
  };
}

function program(run: Run): Command {
  const root = new Command('mailrobot')
    .description('Turns a Postfix alias into a ticket desk.')
    .version(run.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--config <file>', 'default: $MAILROBOT_CONFIG or /etc/mailrobot/config.json')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(`${text.replace(/^error: /, 'mailrobot: ').trimEnd()}; see mailrobot --help\n`),
    })
    .addHelpText(
      'after',
      `
In an alias file:
  new:     "|/usr/local/bin/mailrobot new || exit 75"
  support: "|/usr/local/bin/mailrobot reply || exit 75"

Examples:
  mailrobot init --domain support-ticket.example --user mailrobot
  mailrobot < message.eml
  mailrobot ticket list
  mailrobot ticket reply SUPPORT-7102 -m "I have reset your password."`,
    );
  pipeVerb(root, 'new', 'take a mail on stdin as a new ticket', 'mailrobot new < message.eml');
  pipeVerb(root, 'reply', 'take a mail on stdin as an answer', 'mailrobot reply < answer.eml');
  pipeVerb(root, 'control', 'take a mail of commands on stdin', 'mailrobot control < commands.eml');
  init(root, run);
  ticket(root, run);
  held(root, run);
  explainMail(root, run);
  replayMails(root, run);
  address(root, run);
  feed(root, run);
  maintain(root, run);
  serve(root, run);
  for (const command of [root, ...root.commands]) {
    for (const inner of [command, ...command.commands]) inner.copyInheritedSettings(root);
  }
  return root;
}

function defineIn(parent: Command, name: string, summary: string, example: string): Command {
  return parent
    .command(name)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .summary(summary)
    .addHelpText('after', `\nExample:\n  ${example}`);
}

function namedConfig(root: Command, run: Run): string {
  return configFile(root.opts<{ config?: string }>().config, run.environment);
}

function pipeVerb(root: Command, name: string, summary: string, example: string): void {
  root
    .command(name)
    .description(
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. Ends with 0 (the mail is kept) or 75 (the MTA shall try again).`,
    )
    .summary(summary)
    .option('--dry-run', 'change nothing; show the decision and the mail that would go out')
    .addHelpText('after', `\nExample:\n  ${example}`);
}

function init(root: Command, run: Run): void {
  root
    .command('init')
    .description('Write a config and make an empty store. Never overwrites either.')
    .summary('write a config and make an empty store')
    .requiredOption('--domain <domain>', 'mail domain of the desk')
    .option('--dir <dir>', 'put config and store here, not in /etc and /var/lib')
    .option('--prefix <prefix>', 'first part of the ticket ids (default: SUPPORT)')
    .option('--first <number>', 'number of the first ticket (default: 7102)')
    .option('--sendmail <path>', 'default: /usr/sbin/sendmail')
    .option('--user <user>', 'the user that shall own the store (root only)')
    .addHelpText(
      'after',
      `
Examples:
  mailrobot init --domain support-ticket.example --user mailrobot
  mailrobot init --dir ./desk --domain support-ticket.example --first 1`,
    )
    .action(async (options) => {
      const command = await import('./init.ts');
      await command.init(options, run);
    });
}

function ticket(root: Command, run: Run): void {
  const parent = root
    .command('ticket')
    .description('List, show and answer tickets.')
    .summary('list, show and answer tickets')
    .addHelpText(
      'after',
      `
A ticket is named SUPPORT-7102, support-7102 or 7102.

Examples:
  mailrobot ticket list
  mailrobot ticket show 7102`,
    );
  const define = (name: string, summary: string, example: string) =>
    defineIn(parent, name, summary, example);
  const config = () => namedConfig(root, run);

  define('list', 'list the open tickets, newest first', 'mailrobot ticket list --all --json')
    .option('--all', 'resolved ones too')
    .option('--limit <number>', 'at most so many (default: 50)')
    .option('--json', 'as one JSON array')
    .action(async (options) => {
      const { list } = await import('./ticket-list.ts');
      await list({ ...options, config: config() }, run);
    });
  define('show <id>', 'show a ticket and its messages', 'mailrobot ticket show 7102 --json')
    .option('--full', 'quoted lines and signatures too')
    .option('--json', 'as one JSON object')
    .action(async (id, options) => {
      const { show } = await import('./ticket-show.ts');
      await show(id, { ...options, config: config() }, run);
    });
  define(
    'reply <id>',
    'answer the requester, with the text from -m, from stdin or from $EDITOR',
    'mailrobot ticket reply 7102 -m "I have reset your password."',
  )
    .option('-m, --message <text>', 'the answer')
    .action(async (id, options) => {
      const { reply } = await import('./ticket-reply.ts');
      await reply(id, { ...options, config: config() }, run);
    });
  define(
    'attachment <id> <number>',
    'write an attachment to stdout, by its number in ticket show',
    'mailrobot ticket attachment 7102 1 > scan.pdf',
  ).action(async (id, number) => {
    const { attachment } = await import('./ticket-attachment.ts');
    await attachment(id, number, config(), run);
  });
  define('close <id>', 'mark a ticket as resolved', 'mailrobot ticket close 7102').action(
    async (id) => {
      const { changeStatus } = await import('./ticket-status.ts');
      await changeStatus(id, 'resolved', config(), run);
    },
  );
  define('reopen <id>', 'mark a ticket as open again', 'mailrobot ticket reopen 7102').action(
    async (id) => {
      const { changeStatus } = await import('./ticket-status.ts');
      await changeStatus(id, 'open', config(), run);
    },
  );
}

function held(root: Command, run: Run): void {
  const parent = root
    .command('held')
    .description('Mail that waits for a person: strangers at a ticket, and spam.')
    .summary('let held mail in, or throw it away')
    .addHelpText('after', '\nExamples:\n  mailrobot held list\n  mailrobot held release 17');
  const define = (name: string, summary: string, example: string) =>
    defineIn(parent, name, summary, example);
  const config = () => namedConfig(root, run);
  define('list', 'list the held mail, oldest first', 'mailrobot held list --json')
    .option('--json', 'as one JSON array')
    .action(async (options) =>
      (await import('./held.ts')).listHeld({ ...options, config: config() }, run),
    );
  define('show <id>', 'show a held mail', 'mailrobot held show 17')
    .option('--json', 'as one JSON object, without its text')
    .action(async (id: string, options) =>
      (await import('./held.ts')).showHeld(id, { ...options, config: config() }, run),
    );
  define(
    'release <id>',
    'let a held mail in, where it was written to',
    'mailrobot held release 17',
  ).action(async (id: string) =>
    (await import('./held.ts')).releaseHeld(id, { config: config() }, run),
  );
  define('discard <id>', 'throw a held mail away', 'mailrobot held discard 17').action(
    async (id: string) => (await import('./held.ts')).discardHeld(id, { config: config() }, run),
  );
}

function explainMail(root: Command, run: Run): void {
  defineIn(
    root,
    'explain <name>',
    'say what was decided about a mail, and why',
    'mailrobot explain 7102\n  mailrobot explain message.eml\n  mailrobot explain "<id@host>"',
  )
    .option('--json', 'as one JSON array')
    .action(async (name: string, options: { json?: boolean }) =>
      (await import('./explain.ts')).explain(
        name,
        { ...options, config: namedConfig(root, run) },
        run,
      ),
    );
}

function replayMails(root: Command, run: Run): void {
  defineIn(
    root,
    'replay <file...>',
    "decide mails again by today's rules, and show where they differ",
    'mailrobot replay message.eml\n  mailrobot replay /var/lib/mailrobot/raw',
  )
    .option('--json', 'as one JSON array, of every mail')
    .action(async (files: string[], options: { json?: boolean }) =>
      (await import('./replay.ts')).replayFiles(
        files,
        { ...options, config: namedConfig(root, run) },
        run,
      ),
    );
}

function address(root: Command, run: Run): void {
  const parent = root
    .command('address')
    .description('Addresses that our mail came back from, and get no more of it.')
    .summary('show addresses that mail came back from, and write to them again')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrobot address list\n  mailrobot address clear nic@ferrier.example',
    );
  const config = () => namedConfig(root, run);
  defineIn(parent, 'list', 'list addresses that mail came back from', 'mailrobot address list')
    .option('--json', 'as one JSON array')
    .action(async (options: { json?: boolean }) =>
      (await import('./address.ts')).listAddresses({ ...options, config: config() }, run),
    );
  defineIn(
    parent,
    'clear <address>',
    'forget what came back: mail goes there again',
    'mailrobot address clear nic@ferrier.example',
  ).action(async (name: string) =>
    (await import('./address.ts')).clearAddress(name, { config: config() }, run),
  );
}

function feed(root: Command, run: Run): void {
  const config = () => namedConfig(root, run);
  const list = (text: string, before: readonly string[] = []) => [...before, text];
  defineIn(
    root,
    'events',
    'give what has happened, one CloudEvent a line',
    'mailrobot events --follow --after now --type ticket.created,ticket.replied\n  mailrobot events --after 9f2c41d07b6ea583.1234.0',
  )
    .option(
      '--after <cursor>',
      'behind the event with this id, from the beginning (default), or from now on',
    )
    .option('--follow', 'go on with what happens from now on')
    .option('--type <types>', 'these alone, such as ticket.created or ticket.*', list)
    .option('--ticket <id>', 'of this ticket alone')
    .option('--scope <scopes>', 'private ones too: notes, held', list)
    .action(async (options) =>
      (await import('./events.ts')).events({ ...options, config: config() }, run),
    );
  defineIn(
    root,
    'apply [file]',
    'carry out what another system orders, one JSON object a line',
    'othersystem feed | mailrobot apply\n  mailrobot apply --strict orders.ndjson',
  )
    .option('--strict', 'stop at the first line that cannot be carried out')
    .action(async (file: string | undefined, options: { strict?: boolean }) =>
      (await import('./apply.ts')).apply(file, { ...options, config: config() }, run),
    );
  const parent = root
    .command('subscriber')
    .description('Those in the config who are told of every change.')
    .summary('show who is told of changes, and help those who fail')
    .addHelpText(
      'after',
      '\nExamples:\n  mailrobot subscriber list\n  mailrobot subscriber skip crm',
    );
  const define = (name: string, summary: string, example: string) =>
    defineIn(parent, name, summary, example);
  define('list', 'list the subscribers and how far they are', 'mailrobot subscriber list')
    .option('--json', 'as one JSON array')
    .action(async (options: { json?: boolean }) =>
      (await import('./subscriber.ts')).listSubscribers({ ...options, config: config() }, run),
    );
  define(
    'retry <name>',
    'try the event that failed again now',
    'mailrobot subscriber retry crm',
  ).action(async (name: string) =>
    (await import('./subscriber.ts')).retrySubscriber(name, { config: config() }, run),
  );
  define('skip <name>', 'leave the next event out', 'mailrobot subscriber skip crm').action(
    async (name: string) =>
      (await import('./subscriber.ts')).skipEvent(name, { config: config() }, run),
  );
  define(
    'reset <name>',
    'go on behind the last event, or behind another one',
    'mailrobot subscriber reset crm --after beginning',
  )
    .option('--after <cursor>', 'the id of an event, beginning, or now (default)')
    .action(async (name: string, options: { after?: string }) =>
      (await import('./subscriber.ts')).resetSubscriber(
        name,
        { ...options, config: config() },
        run,
      ),
    );
  define(
    'run',
    'tell them what is new, then end; started by itself whenever something is',
    'mailrobot subscriber run --once',
  )
    .requiredOption('--once', 'until nothing is left')
    .action(async () =>
      (await import('./subscriber.ts')).runSubscribers({ config: config() }, run),
    );
}

function serve(root: Command, run: Run): void {
  defineIn(
    root,
    'serve',
    'take mail by SMTP on a box without Postfix, or from a busy one by LMTP',
    'mailrobot serve --port 2525 --aliases postfix/aliases\n  mailrobot serve --lmtp /var/spool/postfix/private/mailrobot',
  )
    .option('--port <port>', 'default: 2525')
    .option('--host <address>', 'default: 127.0.0.1')
    .option('--aliases <file>', 'default: /etc/aliases')
    .option('--lmtp <socket>', 'take mail from Postfix by LMTP instead: a path, or host:port')
    .option('--tls-key <file>', 'offer STARTTLS with this key')
    .option('--tls-cert <file>', 'and this certificate')
    .option('--self-signed', 'make both beside the config, where they are missing')
    .option('--secure', 'TLS from the first octet on')
    .option('--json', 'one JSON object a mail')
    .action(async ({ lmtp, ...options }) => {
      const serving = { ...options, config: namedConfig(root, run) };
      if (lmtp === undefined) await (await import('./serve.ts')).serve(serving, run);
      else await (await import('./serve-lmtp.ts')).serveLmtp(lmtp, serving, run);
    });
  defineIn(
    root,
    'sendmail [recipient...]',
    'in the place of sendmail(1), on a box without an MTA',
    'mailrobot sendmail --maildir mail --relay 127.0.0.1:2525 -i -f nic@ferrier.example -- new@support-ticket.example',
  )
    .option('--maildir <dir>', 'where mail to others goes', 'mail')
    .option('--relay <host:port>', "where mail to the desk's own domain goes: mailrobot serve")
    .option('-f <sender>', 'the envelope sender; <> is the null one')
    .option('-i', 'a line that is a dot does not end the mail')
    .option('-t', 'the recipients are those of To, Cc and Bcc')
    .option(
      '-o <option>',
      '-oi is -i; others are read over',
      (option: string, earlier: readonly string[]) => [...earlier, option],
      [],
    )
    .allowUnknownOption()
    .option('-F <name>', 'read over')
    .action(async (recipients: string[], options) =>
      (await import('./sendmail.ts')).sendmail(
        recipients,
        { ...options, config: namedConfig(root, run) },
        run,
      ),
    );
  defineIn(
    root,
    'mailbox [address] [number]',
    'show what mailrobot sendmail has put into its Maildirs',
    'mailrobot mailbox nic@ferrier.example 1',
  )
    .option('--maildir <dir>', 'the folder of --maildir', 'mail')
    .action(async (address: string | undefined, number: string | undefined, options) =>
      (await import('./mailbox.ts')).mailbox(
        address,
        number,
        { ...options, config: namedConfig(root, run) },
        run,
      ),
    );
}

function maintain(root: Command, run: Run): void {
  const config = () => namedConfig(root, run);
  const define = (name: string, summary: string, example: string) =>
    defineIn(root, name, summary, example);

  define(
    'fsck',
    'check the whole store; ends with 1 where something is wrong',
    'mailrobot fsck',
  ).action(async () => (await import('./maintain.ts')).fsck(config(), run));
  define(
    'rebuild',
    'make everything again that journal and raw mail give',
    'mailrobot rebuild',
  ).action(async () => (await import('./maintain.ts')).rebuild(config(), run));
  const key = root
    .command('key')
    .description('The key behind signed Message-IDs and addresses.')
    .summary('change the key behind signed Message-IDs and addresses');
  defineIn(
    key,
    'rotate',
    'sign with a new key; what an older one has signed still counts',
    'mailrobot key rotate',
  ).action(async () => (await import('./maintain.ts')).rotateKey(config(), run));
  defineIn(
    key,
    'revoke <person>',
    'the signed addresses given to a person prove nothing any more',
    'mailrobot key revoke bob',
  ).action(async (person: string) => (await import('./maintain.ts')).revoke(person, config(), run));
  define(
    'backup <file>',
    'write the live store into a tar archive',
    'mailrobot backup desk.tar',
  ).action(async (file: string) => (await import('./maintain.ts')).backup(file, config(), run));
  define(
    'restore <file>',
    'make the store from a backup',
    'mailrobot restore desk.tar --user mailrobot',
  )
    .option('--user <user>', 'the user that shall own the store (root only)')
    .action(async (file: string, { user }: { user?: string }) =>
      (await import('./maintain.ts')).restore(file, user, config(), run),
    );
}
