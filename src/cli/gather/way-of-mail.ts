/** Which way Postfix sends the mail of a domain: its lists and transports (TRANSPORT, postconf(5)). */
import type { Way } from '../../doctor/facts.ts';
import { valuesIn } from '../../mta/lines.ts';
import { isInList, type LookUp } from './ways.ts';

interface Going {
  readonly way: Way;
  readonly lists: readonly string[];
  readonly transport: string;
}

export async function wayOf(
  domain: string,
  settings: ReadonlyMap<string, string>,
  lookUp: LookUp,
): Promise<Going> {
  const of = (name: string) => settings.get(name) ?? '';
  const isIn = (name: string) => isInList(domain, of(name), lookUp);
  const [isLocal, isAliased, isVirtual] = await Promise.all(
    ['mydestination', 'virtual_alias_domains', 'virtual_mailbox_domains'].map(isIn),
  );
  const lists = [
    ...(isLocal ? ['mydestination'] : []),
    ...(isAliased ? ['virtual_alias_domains'] : []),
    ...(isVirtual ? ['virtual_mailbox_domains'] : []),
  ];
  const isRelayed = lists.length === 0 && (await isIn('relay_domains'));
  const usual = isLocal
    ? of('local_transport')
    : isVirtual
      ? of('virtual_transport')
      : isRelayed
        ? of('relay_transport')
        : '';
  const transport = isAliased
    ? ''
    : ((await transportOf(domain, of('transport_maps'), lookUp)) ?? usual);
  const by = transport.split(':')[0];
  const way = isAliased
    ? 'virtual aliases'
    : by === 'lmtp'
      ? 'lmtp'
      : isLocal && (by === 'local' || by === '')
        ? 'local'
        : lists.length === 0 && !isRelayed
          ? 'nowhere'
          : 'other';
  return { way, lists, transport };
}

async function transportOf(domain: string, maps: string, lookUp: LookUp): Promise<string | null> {
  for (const map of valuesIn(maps)) {
    const to = (await lookUp('postmap', [domain], map)).found.get(domain);
    if (to !== undefined && to !== '' && !to.startsWith(':')) return to;
  }
  return null;
}
