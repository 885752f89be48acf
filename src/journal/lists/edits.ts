/** Walks through the table: what a commit does to each list, with the types of its rows. */
import type { JournalRecord } from '../record.ts';
import type { Edit, List } from './list.ts';
import { LISTS, type ListName, type Rows, TICKET_LISTS, type TicketListName } from './table.ts';

// `keyof` knows the very keys of a constant.
export const LIST_NAMES = Object.keys(LISTS) as readonly ListName[];
export const TICKET_LIST_NAMES = Object.keys(TICKET_LISTS) as readonly TicketListName[];

const TYPED: { readonly [Name in ListName]: List<Rows[Name]> } = LISTS;

export function editsOf<Name extends ListName>(
  name: Name,
  record: JournalRecord,
): readonly Edit<Rows[Name]>[] {
  return TYPED[name](record);
}
