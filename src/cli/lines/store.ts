/** The command line of the store as a whole. */
import type { Group, Place } from '../define.ts';
import type { InitOptions } from '../init.ts';

export function storeLines(root: Group, { run, config }: Place): void {
  root
    .define(
      'init',
      'write a config and make an empty store; never overwrites either',
      'mailrobot init --domain support-ticket.example --user mailrobot\n  mailrobot init --dir ./desk --domain support-ticket.example --first 1\n  mailrobot init --print',
    )
    .option('--domain <domain>', 'mail domain of the desk')
    .option('--dir <dir>', 'put config and store here, not in /etc and /var/lib')
    .option('--prefix <prefix>', 'first part of the ticket ids (default: SUPPORT)')
    .option('--first <number>', 'number of the first ticket (default: 7102)')
    .option('--sendmail <path>', 'default: /usr/sbin/sendmail')
    .option('--user <user>', 'the user that shall own the store (root only)')
    .option('--print', 'only print the lines for Postfix, for the config as it is')
    .action(async (options: InitOptions) => {
      const { init, printLines } = await import('../init.ts');
      await (options.print === true ? printLines(options, config(), run) : init(options, run));
    });
  root
    .define(
      'status',
      'say in one screen whether a person should look; ends with 0, 1 or 2',
      'mailrobot status --json',
    )
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }) =>
      (await import('../status.ts')).status({ ...options, config: config() }, run),
    );
  root
    .define('stats', 'say how the desk does', 'mailrobot stats --days 30')
    .option('--days <number>', 'the period, today included (default: 14)')
    .option('--json', 'as one JSON object')
    .action(async (options: { days?: string; json?: boolean }) =>
      (await import('../stats.ts')).stats({ ...options, config: config() }, run),
    );
  root
    .define(
      'compile',
      'keep what node has compiled, so that mails start sooner; again after another node',
      'mailrobot compile',
    )
    .action(async () => (await import('../compile.ts')).compile(run));
  root
    .define(
      'due',
      'do what is due: tell the staff, remind customers, close tickets',
      'mailrobot due --dry-run\n  mailrobot due',
    )
    .option('--dry-run', 'say what it would be, and change nothing')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: { dryRun?: boolean }) =>
      (await import('../due.ts')).due({ ...options, config: config() }, run),
    );
  root
    .define('fsck', 'check the whole store; ends with 1 where something is wrong', 'mailrobot fsck')
    .action(async () => (await import('../maintain.ts')).fsck(config(), run));
  root
    .define('rebuild', 'make everything again that journal and raw mail give', 'mailrobot rebuild')
    .option('--attachments', 'only those that a power cut may have taken, while mail goes on')
    .action(async ({ attachments }: { attachments?: boolean }) => {
      const { rebuild, rebuildAttachments } = await import('../maintain.ts');
      await (attachments ? rebuildAttachments : rebuild)(config(), run);
    });
  const key = root.group('key', {
    description: 'The key behind signed Message-IDs and addresses.',
    summary: 'change the key behind signed Message-IDs and addresses',
    help: '\nExamples:\n  mailrobot key rotate\n  mailrobot key revoke bob',
  });
  key
    .define(
      'rotate',
      'sign with a new key; what an older one has signed still counts',
      'mailrobot key rotate',
    )
    .action(async () => (await import('../maintain.ts')).rotateKey(config(), run));
  key
    .define(
      'revoke <person>',
      'the signed addresses given to a person prove nothing any more',
      'mailrobot key revoke bob',
    )
    .action(async (person: string) =>
      (await import('../maintain.ts')).revoke(person, config(), run),
    );
  root
    .define(
      'backup <file>',
      'write the live store, config and templates into a tar archive',
      'mailrobot backup desk.tar\n  mailrobot backup - | ssh other "cat > desk.tar"',
    )
    .action(async (file: string) => (await import('../backup.ts')).backup(file, config(), run));
  root
    .define(
      'restore <file>',
      'make the store from a backup',
      'mailrobot restore desk.tar --user mailrobot',
    )
    .option('--user <user>', 'who shall own the store (root only; default: who owned it)')
    .action(async (file: string, { user }: { user?: string }) =>
      (await import('../restore.ts')).restore(file, user, config(), run),
    );
  root
    .define(
      'resume',
      'let a restored store send again; first lists what would go out',
      'mailrobot resume\n  mailrobot resume --yes',
    )
    .option('--yes', 'without a question')
    .action(async (options: { yes?: boolean }) =>
      (await import('../resume.ts')).resume({ ...options, config: config() }, run),
    );
}
