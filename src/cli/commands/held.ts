/** Held mail, and addresses that mail came back from. */
import { command, group } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

const HELD = ['<mail>', 'its number in held list'] as const;

export const heldCommands = [
  group({
    words: 'held',
    summary: 'let held mail in, or throw it away',
    description: 'Mail that waits for a person: strangers at a ticket, lists, and spam.',
    examples: ['mailrobot held list', 'mailrobot held release 17'],
    about: `Mail is held if it comes from a stranger at a ticket's address, is spam, goes to many as
      that of a list does, says that it comes from the desk itself, or is one of several replies in
      a row that look like those of two machines.`,
  }),
  command({
    words: 'held list',
    options: JSON_ROWS,
    summary: 'list the held mail, oldest first',
    examples: ['mailrobot held list --json'],
    load: async () => (await import('../held.ts')).listHeld,
  }),
  command({
    words: 'held show',
    arguments: [HELD],
    options: { '--json': 'as one JSON object, without its text' },
    summary: 'show a held mail',
    examples: ['mailrobot held show 17'],
    load: async () => (await import('../held.ts')).showHeld,
  }),
  command({
    words: 'held release',
    arguments: [HELD],
    options: {
      '--as <what>': 'answer, note, message or ticket; default: an answer if the staff wrote it',
    },
    summary: 'let a held mail in, to where it was written',
    examples: ['mailrobot held release 17', 'mailrobot held release 17 --as note'],
    load: async () => (await import('../held.ts')).releaseHeld,
  }),
  command({
    words: 'held open',
    arguments: [HELD],
    summary: 'make a ticket of a held mail, wherever it was written to',
    examples: ['mailrobot held open 17'],
    load: async () => (await import('../held.ts')).openHeld,
  }),
  command({
    words: 'held discard',
    arguments: [HELD],
    summary: 'throw a held mail away',
    examples: ['mailrobot held discard 17'],
    about: 'Its raw mail stays in the store.',
    load: async () => (await import('../held.ts')).discardHeld,
  }),
];

export const addressCommands = [
  group({
    words: 'address',
    summary: 'show addresses that mail came back from, and write to them again',
    description:
      'Addresses that our mail came back from, or that are blocked, and get no more of it.',
    examples: ['mailrobot address list', 'mailrobot address clear nic@ferrier.example'],
    about: `No mail goes to an address after one report that it is bad (5.1.x), or after three other
      lasting faults.`,
  }),
  command({
    words: 'address list',
    options: JSON_ROWS,
    summary: 'list addresses that mail came back from',
    examples: ['mailrobot address list'],
    about: 'Also says of each whether mail still goes there.',
    load: async () => (await import('../address.ts')).listAddresses,
  }),
  command({
    words: 'address clear',
    arguments: [['<address>', 'the address, as it is listed']],
    summary: 'forget what came back: mail goes there again',
    examples: ['mailrobot address clear nic@ferrier.example'],
    load: async () => (await import('../address.ts')).clearAddress,
  }),
];
