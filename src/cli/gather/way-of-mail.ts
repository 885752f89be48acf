/** Which way Postfix sends the mail of a domain: by its lists, its transports and master.cf. */
import type { Way } from '../../doctor/facts.ts';
import { valuesIn } from '../../mta/lines.ts';
import { isInList, type LookUp } from './ways.ts';

export interface Going {
  readonly way: Way;
  /** Of the domain; one, if all is well. */
  readonly lists: readonly List[];
  readonly transport: string;
}

/** A list of domains, and the setting that says how the mail of one goes. */
const TRANSPORTS = {
  mydestination: 'local_transport',
  virtual_alias_domains: null,
  virtual_mailbox_domains: 'virtual_transport',
  relay_domains: 'relay_transport',
} as const;

type List = keyof typeof TRANSPORTS;

export async function wayOf(
  domain: string,
  settings: ReadonlyMap<string, string>,
  services: readonly (readonly string[])[],
  lookUp: LookUp,
): Promise<Going> {
  const of = (name: string) => settings.get(name) ?? '';
  const isIn = (list: List) => isInList(domain, of(list), lookUp);
  const lists: List[] = [];
  for (const list of [
    'mydestination',
    'virtual_alias_domains',
    'virtual_mailbox_domains',
  ] as const) {
    if (await isIn(list)) lists.push(list);
  }
  // By default Postfix also relays for what is in mydestination.
  if (lists.length === 0 && (await isIn('relay_domains'))) lists.push('relay_domains');
  const [list] = lists;
  if (list === undefined) return { way: 'nowhere', lists, transport: '' };
  const usual = TRANSPORTS[list];
  if (usual === null) return { way: 'virtual aliases', lists, transport: '' };
  const mapped = await transportOf(domain, of('transport_maps'), lookUp);
  const transport = mapped ?? of(usual);
  return { way: wayBy(transport, list, services), lists, transport };
}

function wayBy(transport: string, list: List, services: readonly (readonly string[])[]): Way {
  const [name = ''] = transport.split(':');
  if (name === 'lmtp') return 'lmtp';
  if (list === 'mydestination' && (name === 'local' || name === '')) return 'local';
  const service = services.find(([own]) => own === name) ?? [];
  const isOurs = service.includes('pipe') && service.some((word) => word.includes('mailrobot'));
  return isOurs ? 'pipe' : 'other';
}

async function transportOf(domain: string, maps: string, lookUp: LookUp): Promise<string | null> {
  for (const map of valuesIn(maps)) {
    const to = (await lookUp('postmap', [domain], map)).found.get(domain);
    if (to !== undefined && to !== '' && !to.startsWith(':')) return to;
  }
  return null;
}
