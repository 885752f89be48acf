/**
 * Recipients: whether Postfix looks them up, behind the addresses of the desk, and whether the
 * table is there. Pure.
 */
import { configFlag } from '../mta/needs.ts';
import type { DoctorFacts, RecipientFacts } from './facts.ts';
import type { Finding, Findings } from './finding.ts';

export function recipientFindings({ config, recipients, postfix }: DoctorFacts): Findings {
  if (recipients === null) return [];
  const { map, place, isDeskKept, problem } = recipients;
  const print = `mailrobot postfix recipients${configFlag(config)}`;
  const unasked: Finding = {
    ...{ id: 'recipients-map', level: 'critical' },
    what: `Postfix does not look recipients up: virtual_alias_maps does not name ${map}.`,
    why: 'Mail for them is refused, whatever mailrobot recipient says.',
    mend: [`mailrobot init --print${configFlag(config)} | sh   # or by hand: ${print}`],
  };
  const first: Finding = {
    ...{ id: 'recipients-order', level: 'critical' },
    what: `Postfix asks ${map} before the map of the tickets.`,
    why: 'While it cannot be asked, no ticket comes in; and a row of it can take the mail of the desk.',
    mend: ['# in virtual_alias_maps of main.cf, put it last; then: postfix reload'],
  };
  const unkept: Finding = {
    ...{ id: 'recipients-desk', level: 'critical' },
    what: `No map before ${map} has the addresses of the desk, or one of a robot is missing there.`,
    why: 'Postfix asks the table for them as well. While it cannot be asked, no ticket comes in; and a row of it can take the mail of the desk, or of a robot.',
    mend: [
      `mailrobot postfix maps${configFlag(config)} > ${ticketsPath(recipients)}`,
      'postfix reload',
    ],
  };
  const table: Finding = {
    ...{ id: 'recipients-table', level: 'critical' },
    what: `Recipients cannot be changed: ${problem}.`,
    why: 'Where Postfix cannot look them up either, mail for any address but those of the desk waits with its senders.',
    mend: ['# docs/recipients.md has what makes the table, docs/postgresql.md how it is reached'],
  };
  const isThere = postfix !== null && place !== 'missing';
  return [
    ...(postfix !== null && place === 'missing' ? [unasked] : []),
    ...(place === 'before the tickets' ? [first] : []),
    ...(isThere && place !== 'before the tickets' && !isDeskKept ? [unkept] : []),
    ...(problem === null ? [] : [table]),
  ];
}

function ticketsPath({ tickets }: RecipientFacts): string {
  return tickets.replace(/^[a-z]+:/, '');
}
