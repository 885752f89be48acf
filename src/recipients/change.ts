/**
 * Recipients changed by an order, whichever door it came by: what may be is decided, on the table
 * as it is; each change is an event of the journal; and the table has it.
 *
 * An order that has an id of its own is written into the table first: if that was all when somebody
 * was killed, its sender sends it again, and then it is in the journal. Any other one is in the
 * journal first, so that no change of the table is without its event; then an event may be there
 * whose change is not, and after it another one.
 */
import { ownAddresses } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import type { RecipientsConfig } from '../config/recipients.ts';
import { robotAddresses } from '../config/robots.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import type { Change } from '../ticket/change.ts';
import type { Origin } from '../ticket/origin.ts';
import { keyOf, type Recipient } from './recipient.ts';
import { getsThere, mayBe, type RecipientRules, type Table } from './rules.ts';
import type { RecipientEdit, RecipientTable } from './table.ts';

export type RecipientOrder =
  | ({ readonly type: 'add' } & Recipient)
  | { readonly type: 'remove'; readonly address: string };

export interface ChangeContext {
  readonly table: RecipientTable;
  readonly rules: RecipientRules;
  readonly store: Store;
  readonly by: string;
}

/** Those that are refused, each with its place among the orders; then nothing was done. */
export interface RefusedOrders {
  readonly refused: readonly { readonly at: number; readonly problem: string }[];
}

/** What was done; nothing for what was so before. */
export interface DoneOrders {
  readonly edits: readonly RecipientEdit[];
}

/** So many changes are one commit, at most: a line of the journal stays short. */
const COMMIT_CHANGES = 500;

export function rulesFor(config: Config, { domains }: RecipientsConfig): RecipientRules {
  return { own: ownAddresses(config), robots: robotAddresses(config), domains };
}

/** All of them, or none. */
export async function changeRecipients(
  orders: readonly RecipientOrder[],
  { table, rules, store, by }: ChangeContext,
): Promise<DoneOrders | RefusedOrders> {
  return table.change<DoneOrders | RefusedOrders>({
    about: aboutOf(orders),
    decide: (rows) => decided(orders, rows, rules),
    record: async (edits) => {
      const changes = edits.map((edit) => changeOf(edit, by));
      for (let at = 0; at < changes.length; at += COMMIT_CHANGES) {
        const some = changes.slice(at, at + COMMIT_CHANGES);
        await store.transact((transaction) =>
          transaction.commit({ changes: some, outgoing: [] }).then(() => {}),
        );
      }
    },
  });
}

/** One that is carried out once, by its id. */
export async function changeOnce(
  order: RecipientOrder,
  origin: Origin,
  { table, rules, store, by }: ChangeContext,
): Promise<DoneOrders | RefusedOrders | 'duplicate'> {
  const isKnown = async (transaction: Transaction) =>
    (await transaction.findOrigin(origin)) !== null;
  if (await store.transact(isKnown)) {
    await store.settle();
    return 'duplicate';
  }
  const done = await table.change<DoneOrders | RefusedOrders>({
    about: aboutOf([order]),
    decide: (rows) => decided([order], rows, rules),
    record: async () => {},
  });
  if ('refused' in done) return done;
  // Also if it was so before: then somebody was killed here, and the journal does not know.
  const edits = done.edits.length > 0 ? done.edits : [asEdit(order)];
  await store.transact(async (transaction) => {
    if (await isKnown(transaction)) return;
    const changes = edits.map((edit) => changeOf(edit, by));
    await transaction.commit({ changes, outgoing: [], origin });
  });
  return done;
}

function aboutOf(orders: readonly RecipientOrder[]): readonly string[] {
  return orders.flatMap((order) =>
    order.type === 'add' ? [order.address, keyOf(order.destination)] : [order.address],
  );
}

/** Pure. */
export function decided(
  orders: readonly RecipientOrder[],
  rows: Table,
  rules: RecipientRules,
): { readonly edits: readonly RecipientEdit[]; readonly result: DoneOrders | RefusedOrders } {
  const after = new Map(rows);
  for (const order of orders) {
    if (order.type === 'add') after.set(order.address, order.destination);
    else after.delete(order.address);
  }
  const refused = orders.flatMap((order, at) => {
    if (order.type === 'remove') return [];
    const known = mayBe(order, rules);
    const answer = known === true ? getsThere(order.address, after, rules) : known;
    return answer === true ? [] : [{ at, problem: answer.refused }];
  });
  if (refused.length > 0) return { edits: [], result: { refused } };
  const edits = orders.flatMap((order) => editOf(order, rows.get(order.address) ?? null));
  return { edits, result: { edits } };
}

function editOf(order: RecipientOrder, before: string | null): readonly RecipientEdit[] {
  const { address } = order;
  if (order.type === 'remove') {
    return before === null ? [] : [{ type: 'removed', address, destination: before }];
  }
  const { destination } = order;
  return before === destination ? [] : [{ type: 'added', address, destination, before }];
}

function asEdit(order: RecipientOrder): RecipientEdit {
  return order.type === 'add'
    ? { ...order, type: 'added', before: null }
    : { type: 'removed', address: order.address, destination: '' };
}

function changeOf(edit: RecipientEdit, by: string): Change {
  const { address, destination } = edit;
  if (edit.type === 'removed') return { type: 'recipient.removed', address, destination, by };
  const { before } = edit;
  return {
    ...{ type: 'recipient.added', address, destination, by },
    ...(before !== null && { before }),
  };
}
