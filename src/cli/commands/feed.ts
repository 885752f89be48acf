/** The feed: events out, orders in, subscribers. */
import { command, group } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

const NAME = ['<name>', { text: 'its name in the config', offers: 'subscribers' }] as const;

export const feedCommands = [
  command({
    words: 'events',
    options: {
      '--after <cursor>':
        'after the event with this id, from the beginning (default), or from now on',
      '--follow': 'go on with what happens from now on',
      '--type <types>': { text: 'these alone, such as ticket.created or ticket.*', isList: true },
      '--ticket <id>': 'of this ticket alone',
      '--scope <scopes>': { text: 'private ones too: notes, held', isList: true },
    },
    summary: 'give what has happened, one CloudEvent a line',
    examples: [
      'mailrobot events --follow --after now \\\n  --type ticket.created,ticket.replied',
      'mailrobot events --after 9f2c41d07b6ea583.1234.0.d41c86e0',
    ],
    about: 'Each line is one event as JSON. SIGTERM ends it with 0.',
    load: async () => (await import('../events.ts')).events,
  }),
  command({
    words: 'apply',
    arguments: [['[file]', 'the orders; stdin if it is left out']],
    options: { '--strict': 'stop at the first line that cannot be carried out' },
    summary: 'carry out what another system orders, one JSON object a line',
    examples: ['othersystem feed | mailrobot apply', 'mailrobot apply --strict orders.ndjson'],
    about: 'An order with an id is carried out once. The result of each line is a line of JSON.',
    load: async () => (await import('../apply.ts')).apply,
  }),
  group({
    words: 'subscriber',
    summary: 'show who is told of changes, and help those who fail',
    description: 'Those in the config who are told of every change.',
    examples: ['mailrobot subscriber list', 'mailrobot subscriber skip crm'],
  }),
  command({
    words: 'subscriber list',
    options: JSON_ROWS,
    summary: 'list the subscribers and how far they are',
    examples: ['mailrobot subscriber list'],
    about: 'Also says what fails.',
    load: async () => (await import('../subscriber.ts')).listSubscribers,
  }),
  command({
    words: 'subscriber retry',
    arguments: [NAME],
    summary: 'try the event that failed again now',
    examples: ['mailrobot subscriber retry crm'],
    load: async () => (await import('../subscriber.ts')).retrySubscriber,
  }),
  command({
    words: 'subscriber skip',
    arguments: [NAME],
    summary: 'leave the next event out',
    examples: ['mailrobot subscriber skip crm'],
    load: async () => (await import('../subscriber.ts')).skipEvent,
  }),
  command({
    words: 'subscriber reset',
    arguments: [NAME],
    options: { '--after <cursor>': 'the id of an event, beginning, or now (default)' },
    summary: 'go on after the last event, or after another one',
    examples: ['mailrobot subscriber reset crm --after beginning'],
    load: async () => (await import('../subscriber.ts')).resetSubscriber,
  }),
  command({
    words: 'subscriber run',
    options: { '--once': { text: 'until nothing is left', isRequired: true } },
    summary: 'tell subscribers what is new, then end; every run that changes something starts it',
    examples: ['mailrobot subscriber run --once'],
    load: async () => (await import('../subscriber.ts')).runSubscribers,
  }),
];
