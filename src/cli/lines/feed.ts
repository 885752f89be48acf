/** The command line of the feed: events out, orders in, subscribers. */
import type { Group, Place } from '../define.ts';
import type { AsJson } from '../rows.ts';

export function feedLines(root: Group, { run, config }: Place): void {
  root
    .define(
      'events',
      'give what has happened, one CloudEvent a line',
      'mailrobot events --follow --after now --type ticket.created,ticket.replied\n  mailrobot events --after 9f2c41d07b6ea583.1234.0',
    )
    .option(
      '--after <cursor>',
      'behind the event with this id, from the beginning (default), or from now on',
    )
    .option('--follow', 'go on with what happens from now on')
    .list('--type <types>', 'these alone, such as ticket.created or ticket.*')
    .option('--ticket <id>', 'of this ticket alone')
    .list('--scope <scopes>', 'private ones too: notes, held')
    .action(async (options: object) =>
      (await import('../events.ts')).events({ ...options, config: config() }, run),
    );
  root
    .define(
      'apply [file]',
      'carry out what another system orders, one JSON object a line',
      'othersystem feed | mailrobot apply\n  mailrobot apply --strict orders.ndjson',
    )
    .option('--strict', 'stop at the first line that cannot be carried out')
    .action(async (file: string | undefined, options: { strict?: boolean }) =>
      (await import('../apply.ts')).apply(file, { ...options, config: config() }, run),
    );
  const subscriber = root.group('subscriber', {
    description: 'Those in the config who are told of every change.',
    summary: 'show who is told of changes, and help those who fail',
    help: '\nExamples:\n  mailrobot subscriber list\n  mailrobot subscriber skip crm',
  });
  subscriber
    .define('list', 'list the subscribers and how far they are', 'mailrobot subscriber list')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: AsJson) =>
      (await import('../subscriber.ts')).listSubscribers({ ...options, config: config() }, run),
    );
  subscriber
    .define('retry <name>', 'try the event that failed again now', 'mailrobot subscriber retry crm')
    .action(async (name: string) =>
      (await import('../subscriber.ts')).retrySubscriber(name, { config: config() }, run),
    );
  subscriber
    .define('skip <name>', 'leave the next event out', 'mailrobot subscriber skip crm')
    .action(async (name: string) =>
      (await import('../subscriber.ts')).skipEvent(name, { config: config() }, run),
    );
  subscriber
    .define(
      'reset <name>',
      'go on behind the last event, or behind another one',
      'mailrobot subscriber reset crm --after beginning',
    )
    .option('--after <cursor>', 'the id of an event, beginning, or now (default)')
    .action(async (name: string, options: { after?: string }) =>
      (await import('../subscriber.ts')).resetSubscriber(
        name,
        { ...options, config: config() },
        run,
      ),
    );
  subscriber
    .define(
      'run',
      'tell them what is new, then end; started by itself whenever something is',
      'mailrobot subscriber run --once',
    )
    .requiredOption('--once', 'until nothing is left')
    .action(async () =>
      (await import('../subscriber.ts')).runSubscribers({ config: config() }, run),
    );
}
