/** Who works at the desk, and who is away. */
import { command, group } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

const PERSON = [
  '<name>',
  { text: 'one of the staff, by name or address', offers: 'staff' },
] as const;

export const staffCommands = [
  group({
    words: 'staff',
    summary: 'list the staff, and say who is away',
    description: 'The people of the desk, as the config names them, and who of them is away.',
    examples: ['mailrobot staff list', 'mailrobot staff away bob --until 2026-12-24'],
  }),
  command({
    words: 'staff list',
    options: JSON_ROWS,
    summary: 'list the staff, and who is away until when',
    examples: ['mailrobot staff list'],
    load: async () => (await import('../staff.ts')).listStaff,
  }),
  command({
    words: 'staff away',
    arguments: [PERSON],
    options: {
      '--until <day>': 'their last day: 2026-12-24, or friday; default: until staff back',
    },
    summary: 'send the mail of one of the staff to the others of the queue',
    examples: ['mailrobot staff away bob --until 2026-12-24'],
    about: `Their mail goes to the others of the queue if nobody else gets it, or if the ticket is
      theirs. If there are no others, it comes to them as before. Days end in UTC.`,
    load: async () => (await import('../staff.ts')).setAway,
  }),
  command({
    words: 'staff back',
    arguments: [PERSON],
    summary: 'send them their mail again',
    examples: ['mailrobot staff back bob'],
    load: async () => (await import('../staff.ts')).setBack,
  }),
];
