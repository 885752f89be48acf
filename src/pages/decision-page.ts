/**
 * Why a mail became what it became, for a person. Pure.
 *
 * Addresses and evidence are a stranger's words: inert, one line each.
 */
import { type Change, ticketOf } from '../ticket/change.ts';
import type { Decision, Fate, IntentName, RoutedBy } from '../ticket/decision.ts';
import { actorOf, changeInWords } from './change-in-words.ts';
import { guessEvidence } from './guesses.ts';
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';
import { zoneOf } from './time.ts';

export interface Explained {
  /** What the page is about: a commit and its time, or a file. */
  readonly title: string;
  readonly decision: Decision;
  readonly changes: readonly Change[];
}

export function decisionPage({ title, decision, changes }: Explained, at: Screen): string {
  const { style } = at;
  const { asked, spoke } = decision;
  const actor = actorOf(changes);
  const facts: readonly (readonly [string, string])[] = [
    ['Message-ID', decision.messageId ?? '(none)'],
    ['Sender', senderOf(decision)],
    ['Recipients', recipientsOf(decision)],
    ['Client', decision.client ?? '(unknown)'],
    ['Login', decision.login ?? '(none)'],
    ['Checks', checksWords(asked.length, spoke.length)],
    ...spoke.map(({ check, evidence }) => ['', `${check}: ${evidence}`] as const),
    ['Trust', `${decision.trust}: ${decision.why}`],
    [
      'Route',
      decision.route === '' ? 'no ticket' : `${decision.route}, ${ROUTE_WORDS[decision.by]}`,
    ],
    ...(decision.rules ?? []).map(
      ({ rule, evidence, did }, n) =>
        [n === 0 ? 'Rules' : '', `${rule}: ${evidence}; does: ${did}`] as const,
    ),
    ['Intent', `${decision.intent}: ${INTENT_WORDS[decision.intent]}`],
    ...guessesIn(changes).map((guess, n) => [n === 0 ? 'Guesses' : '', guess] as const),
    ...changes.map(
      (change, n) => [n === 0 ? 'Changes' : '', changeLine(change, actor, zoneOf(at))] as const,
    ),
  ];
  const lines = facts.map(
    ([name, value]) => `${style('dim', name.padEnd(10))}  ${inertLine(value)}`,
  );
  return `${style('bold', inertLine(title))}\n${lines.join('\n')}\n`;
}

function guessesIn(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) =>
    change.type === 'message.added' && change.message.direction === 'in'
      ? (change.message.guesses ?? []).map(guessEvidence)
      : [],
  );
}

function recipientsOf({ recipients, isNamed }: Decision): string {
  if (recipients.length === 0) return '(none)';
  return `${recipients.join(', ')}${isNamed === false ? ' (neither To nor Cc names one)' : ''}`;
}

function senderOf({ sender }: Decision): string {
  if (sender === null) return '(not known)';
  return sender === '' ? '<> (the null sender)' : sender;
}

function checksWords(asked: number, spoke: number): string {
  return spoke === 0
    ? `${asked}, and none found anything`
    : `${asked}, of which ${spoke} found something`;
}

const ROUTE_WORDS: Readonly<Record<RoutedBy, string>> = {
  address: 'by the address that it was sent to',
  'signed reference': 'as a reply to a mail of ours',
  reference: 'by a mail that it refers to',
  subject: 'by the number in its subject',
  queue: 'by the queue that it was sent to',
  release: 'let in by a person',
};

const INTENT_WORDS: Readonly<Record<IntentName, string>> = {
  open: 'it opens a ticket',
  append: 'it is added to the ticket',
  hold: 'it waits for a person of the staff to let it in',
  record: 'it is kept, in no ticket',
  act: 'what it says is done to the ticket',
  control: 'its commands are carried out',
  help: 'it is answered with the commands that there are',
  confirm: 'it confirms what its author was asked',
  run: 'it is given to a robot',
  plan: 'it is about the plan of a robot',
};

const FATE_WORDS: Readonly<Record<Fate, string>> = {
  recorded: 'which was recorded',
  held: 'which was held',
  ticket: 'which is in a ticket',
  returned: 'which came back to its author',
  done: 'which was carried out',
};

function changeLine(change: Change, actor: string, zone: string): string {
  const deed = changeInWords(change, actor, zone);
  if (deed !== null) {
    const ticket = ticketOf(change);
    return `${ticket === null ? '' : `${ticket}: `}${deed.by} ${deed.what}`;
  }
  switch (change.type) {
    case 'mail.again':
      return `it is a copy of commit ${change.earlier}, ${FATE_WORDS[change.was]}`;
    case 'mail.recorded':
      return `it is kept in no ticket (${change.reason})`;
    case 'robot.queued':
      return `it waits for the robot ${change.robot}`;
    default:
      return change.type;
  }
}
