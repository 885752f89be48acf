/**
 * `recipient add`, `remove` and `list` in a mail of commands, as one of the staff gives them: each
 * is carried out before the mail itself is committed, and a retry finds it done. If the table
 * cannot be reached, the mail is put off.
 */

import type { StoreAnswer } from '../desk/delivery.ts';
import { inertLine } from '../pages/inert.ts';
import { changeRecipients, type RecipientOrder, rulesFor } from '../recipients/change.ts';
import { openRecipients } from '../recipients/open.ts';
import { readAddress, readRecipient } from '../recipients/recipient.ts';
import type { RecipientEdit, RecipientTable } from '../recipients/table.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { ReleaseContext } from './release.ts';

const HOW =
  'It takes: recipient add ADDRESS DESTINATION, recipient remove ADDRESS, recipient list.';
/** More are for the terminal. */
const MAX_LISTED = 200;

type Context = Pick<ReleaseContext, 'config' | 'store' | 'environment'>;

export async function recipientCommand(
  words: string,
  by: string,
  { config, store, environment = {} }: Context,
): Promise<StoreAnswer> {
  if (config.recipients === undefined) {
    return {
      text: 'This desk has no recipients: its config names no place for them.',
      isError: true,
    };
  }
  const order = orderIn(words);
  if (order !== 'list' && 'refused' in order) return { text: order.refused, isError: true };
  const { table, known } = await openRecipients(config, environment);
  if (order === 'list') return listed(table);
  const rules = rulesFor(config, known);
  const done = await changeRecipients([order], { table, store, rules, by });
  if ('refused' in done) {
    return { text: done.refused.map(({ problem }) => `${problem}.`).join('\n'), isError: true };
  }
  return { text: told(order, done.edits[0] ?? null) };
}

function orderIn(words: string): RecipientOrder | 'list' | Refusal {
  const [word = '', address = '', destination = '', more] = words.split(/\s+/);
  switch (word.toLowerCase()) {
    case 'list':
      return address === '' ? 'list' : { refused: HOW };
    case 'remove': {
      if (address === '' || destination !== '') return { refused: HOW };
      const read = readAddress(address);
      return 'refused' in read ? { refused: `${read.refused}.` } : { type: 'remove', ...read };
    }
    case 'add': {
      if (destination === '' || more !== undefined) return { refused: HOW };
      const read = readRecipient(address, destination);
      return 'refused' in read ? { refused: `${read.refused}.` } : { type: 'add', ...read };
    }
    default:
      return { refused: HOW };
  }
}

function told(order: RecipientOrder, edit: RecipientEdit | null): string {
  if (order.type === 'remove') {
    return edit === null
      ? `Nothing to be done: there is no recipient ${order.address}.`
      : `${order.address} is refused from now on; it went to ${edit.destination}.`;
  }
  const where = `${order.address} goes to ${order.destination}`;
  if (edit === null) return `Nothing to be done: ${where}.`;
  const before = edit.type === 'added' ? edit.before : null;
  return before === null ? `${where}.` : `${where}, and not to ${before} any more.`;
}

async function listed(table: RecipientTable): Promise<StoreAnswer> {
  const recipients = await table.list();
  if (recipients.length === 0) return { text: 'There are none besides the addresses of the desk.' };
  const lines = recipients
    .slice(0, MAX_LISTED)
    .map(({ address, destination }) => inertLine(`${address} ${destination}`));
  const more = recipients.length - lines.length;
  return {
    text: [...lines, ...(more > 0 ? [`${more} more are in the terminal.`] : [])].join('\n'),
  };
}
