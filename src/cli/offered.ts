/**
 * What may come in the place of a word, as far as the config and the store say: tickets (the newest
 * open ones, with their subjects), snippets, fields, what a list may be sorted by, the staff, queues
 * and subscribers. If one cannot be read, there are none.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import { fieldsIn } from '../config/fields-in.ts';
import { readConfig } from '../config/read.ts';
import { inertLine } from '../pages/inert.ts';
import { SORTS } from '../ticket/filter.ts';
import { nameOf } from '../ticket/ticket.ts';
import type { Known, Offered } from './commands/given.ts';
import { openStore } from './open-store.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export interface Candidate {
  readonly name: string;
  readonly summary: string;
}

/** `begun`: what is there of the word. */
export async function offered(
  offers: Offered,
  begun: string,
  configFile: string,
  run: Run,
): Promise<readonly Candidate[]> {
  if (typeof offers !== 'string') return offers.map((name) => ({ name, summary: '' }));
  try {
    return await KNOWN[offers](readConfig(configFile), begun, run);
  } catch {
    return [];
  }
}

type Find = (config: Config, begun: string, run: Run) => Promise<readonly Candidate[]>;

const KNOWN: Readonly<Record<Known, Find>> = {
  tickets: newestTickets,
  snippets: async (config) => {
    const { listSnippets } = await import('../snippets/folder.ts');
    const { places } = listSnippets(config);
    const names = [...new Set(places.map(({ name }) => name))].toSorted();
    return names.map((name) => {
      const queues = places.filter((place) => place.name === name).map(({ queue }) => queue);
      const isOfAll = queues.includes(null);
      return { name, summary: isOfAll ? '' : [...new Set(queues)].join(', ') };
    });
  },
  fields: fieldNames,
  staff: async ({ staff }) =>
    staff.map(({ name, addresses = [] }) => ({ name, summary: addresses[0] ?? '' })),
  queues: async ({ queues }) => queues.map(({ prefix, name }) => ({ name: prefix, summary: name })),
  subscribers: async ({ subscribers }) => subscribers.map(({ name }) => ({ name, summary: '' })),
  sorts: async (config) => [
    ...SORTS.map((name) => ({ name, summary: '' })),
    ...(await fieldNames(config)).map(({ name, summary }) => ({ name: `field:${name}`, summary })),
  ],
};

async function fieldNames(config: Config): Promise<readonly Candidate[]> {
  const fieldsOf = await fieldsIn(config);
  const all = prefixesOf(config).flatMap((queue) => fieldsOf(queue));
  return [...new Map(all.map(({ name, type }) => [name, { name, summary: type }])).values()];
}

const MAX_OFFERED_TICKETS = 50;

async function newestTickets(
  config: Config,
  begun: string,
  run: Run,
): Promise<readonly Candidate[]> {
  becomeOwner(config);
  // Who begins with the number goes on with it.
  const isNumber = /^\d/.test(begun);
  const found: Candidate[] = [];
  const tickets = (await openStore(config, run)).store.tickets('open', prefixesOf(config));
  for await (const ticket of tickets) {
    const id = nameOf(ticket);
    const name = isNumber ? id.slice(id.lastIndexOf('-') + 1) : id;
    found.push({ name, summary: inertLine(ticket.subject).slice(0, 60) });
    if (found.length === MAX_OFFERED_TICKETS) break;
  }
  return found;
}
