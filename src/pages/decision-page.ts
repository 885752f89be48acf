/**
 * Why a mail became what it became, for a person. Pure.
 *
 * Addresses and evidence are a stranger's words: inert, one line each.
 */
import { type Change, ticketOf } from '../ticket/change.ts';
import type { Decision, Fate } from '../ticket/decision.ts';
import { guessEvidence } from './guesses.ts';
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';

export interface Explained {
  /** What the page is about: a commit and its time, or a file. */
  readonly title: string;
  readonly decision: Decision;
  readonly changes: readonly Change[];
}

export function decisionPage({ title, decision, changes }: Explained, { style }: Screen): string {
  const { asked, spoke } = decision;
  const facts: readonly (readonly [string, string])[] = [
    ['Message-ID', decision.messageId ?? '(none)'],
    ['Sender', senderOf(decision)],
    ['Recipients', recipientsOf(decision)],
    ['Client', decision.client ?? '(unknown)'],
    ['Login', decision.login ?? '(none)'],
    ['Checks', `${asked.length} asked, ${spoke.length === 0 ? 'none' : spoke.length} spoke`],
    ...spoke.map(({ check, evidence }) => ['', `${check}: ${evidence}`] as const),
    ['Trust', `${decision.trust}: ${decision.why}`],
    [
      'Route',
      decision.route === ''
        ? 'no ticket'
        : `${decision.route}, ${decision.by === 'release' ? 'let in by a person' : `by its ${decision.by}`}`,
    ],
    ...(decision.rules ?? []).map(
      ({ rule, evidence, did }, n) =>
        [n === 0 ? 'Rules' : '', `${rule}: ${evidence}; does: ${did}`] as const,
    ),
    ['Intent', decision.intent],
    ...guessesIn(changes).map((guess, n) => [n === 0 ? 'Guesses' : '', guess] as const),
    ...changes.map((change, n) => [n === 0 ? 'Changes' : '', changeLine(change)] as const),
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

const FATE_WORDS: Readonly<Record<Fate, string>> = {
  recorded: 'which was recorded',
  held: 'which was held',
  ticket: 'which is in a ticket',
  returned: 'which came back to its author',
  done: 'which was carried out',
};

function changeLine(change: Change): string {
  const ticket = ticketOf(change) ?? '';
  switch (change.type) {
    case 'message.added': {
      const { direction, serial } = change.message;
      const who = direction === 'out' ? ` to ${change.message.to[0].address}` : '';
      return `${change.type} ${ticket} #${serial} ${direction}${who}`;
    }
    case 'ticket.status':
      return `${change.type} ${ticket} from ${change.from} to ${change.to}`;
    case 'message.proven':
      return `${change.type} ${ticket} #${change.serial} from ${change.from} to ${change.to}`;
    case 'mail.again':
      return `${change.type} a copy of commit ${change.earlier}, ${FATE_WORDS[change.was]}`;
    case 'mail.released':
    case 'mail.discarded':
      return `${change.type} ${change.held} by ${change.by}`;
    case 'mail.recorded':
      return `${change.type} ${change.reason}`;
    case 'reply.silenced':
      return `${change.type} ${ticket} ${change.reason.check}`;
    case 'mail.bounced':
      return `${change.type} ${ticket} #${change.serial} ${change.status}`;
    case 'address.failed':
      return `${change.type} ${change.address} ${change.status}`;
    case 'robot.queued':
      return `${change.type} ${change.robot}`;
    case 'mail.held':
      return `${change.type} ${change.mail.reason.check}`;
    default:
      return `${change.type} ${ticket}`.trim();
  }
}
