/**
 * Each address of the desk: where virtual_alias_maps lead it, whether it comes to an alias, and
 * what smtpd says of it. A cause that is found is told once, and not again for every address.
 * Pure.
 */
import type { Config } from '../config/config.ts';
import { valuesIn } from '../mta/lines.ts';
import { configFlag, filesFor } from '../mta/needs.ts';
import type { AddressFacts, AliasFacts, DoctorFacts, PostfixFacts } from './facts.ts';
import { addTo, type Finding, type Findings, listed, setTo } from './finding.ts';

export function addressFindings({ config, program }: DoctorFacts, postfix: PostfixFacts): Findings {
  const ways = isByAlias(postfix) ? aliasWayFindings(config, program, postfix) : [];
  return [...ways, ...replyFindings(postfix)];
}

export function isByAlias({ way }: PostfixFacts): boolean {
  return way === 'local' || way === 'virtual aliases';
}

/** No map leads it elsewhere, but for that of the tickets. */
export function isDirect({ rewritten }: AddressFacts): boolean {
  return rewritten === null || isOfTickets(rewritten.to);
}

function aliasWayFindings(config: Config, program: string, postfix: PostfixFacts): Findings {
  const found = postfix.aliases.filter((alias) => alias.found !== null);
  const [known, ours] = [found, found.filter(isOurs)].map((all) => all.map(({ name }) => name));
  const isIn = (names: readonly string[] | undefined, name: string | null) =>
    name !== null && names?.includes(name) === true;
  const caught = postfix.addresses.filter(
    (address) => !isDirect(address) && !isIn(ours, address.wanted),
  );
  // An alias that is missing has a finding of its own.
  const lost = postfix.addresses.filter(
    (address) =>
      isDirect(address) && isIn(known, address.wanted) && address.alias !== address.wanted,
  );
  const split = lost.filter(({ rewritten }) => rewritten !== null);
  const unmapped = lost.filter(({ rewritten }) => rewritten === null);
  return [
    ...caughtFindings(caught),
    ...(split.length > 0 ? [delimiterFinding(split, postfix)] : []),
    ...(unmapped.length > 0 ? [mapFinding(unmapped, config, program, postfix)] : []),
  ];
}

function isOurs({ found }: AliasFacts): boolean {
  return found?.commands.some(({ copy }) => copy !== 'not mailrobot') ?? false;
}

function isOfTickets(to: string): boolean {
  return /.\+\d/s.test(to.slice(0, Math.max(0, to.indexOf('@'))));
}

function caughtFindings(caught: readonly AddressFacts[]): Findings {
  const byMap = new Map<string, AddressFacts[]>();
  for (const one of caught) {
    const key = `${one.rewritten?.map} ${one.rewritten?.to}`;
    byMap.set(key, [...(byMap.get(key) ?? []), one]);
  }
  return [...byMap.values()].map((all): Finding => {
    const { map, to } = all[0]?.rewritten ?? { map: '', to: '' };
    return {
      ...{ id: 'address-rewritten', level: 'critical' },
      what: `${map} leads ${addressesOf(all)} to ${to}, and not to mailrobot.`,
      why: 'virtual_alias_maps come before every alias. A line for the whole domain takes the mail of the desk as well.',
      mend: [
        `# take the line that leads to ${to} out of ${map}, or put one for each address of the desk before it; then: postfix reload`,
      ],
    };
  });
}

function delimiterFinding(split: readonly AddressFacts[], { settings }: PostfixFacts): Finding {
  const delimiter = settings.get('recipient_delimiter') ?? '';
  const first = split[0];
  return {
    ...{ id: 'delimiter', level: 'critical' },
    what: `${addressesOf(split)} ${comes(split)} to no alias: recipient_delimiter is "${delimiter}".`,
    why: `The map leads ${first?.address} to ${first?.rewritten?.to}. Postfix finds the alias in that only if "+" divides it.`,
    mend: [setTo('recipient_delimiter', `+${delimiter.replaceAll('+', '')}`)],
  };
}

function mapFinding(
  unmapped: readonly AddressFacts[],
  config: Config,
  program: string,
  { settings }: PostfixFacts,
): Finding {
  const { tickets } = filesFor(config);
  const map = `regexp:${tickets}`;
  const asked = valuesIn(settings.get('virtual_alias_maps') ?? '');
  const isNamed = [map, `pcre:${tickets}`].some((one) => asked.includes(one));
  const write = `${program} postfix maps${configFlag(config)} > ${tickets}`;
  return {
    ...{ id: 'tickets-map', level: 'critical' },
    what: `${addressesOf(unmapped)} ${comes(unmapped)} to no alias.`,
    why: isNamed
      ? `${tickets} has no line that fits, as after a queue was added to the config.`
      : 'virtual_alias_maps do not name the map that finds the alias of a ticket.',
    mend: isNamed ? [`${write} && postfix reload`] : [write, addTo('virtual_alias_maps', map)],
  };
}

/** What Postfix says of an address for a reason that nothing else has told. */
function replyFindings(postfix: PostfixFacts): Findings {
  const { addresses, brokenMaps, way } = postfix;
  if (way === 'nowhere' || way === 'other' || brokenMaps.length > 0) return [];
  const unexplained = addresses.filter(
    ({ alias, wanted, reply }) => reply !== null && (!isByAlias(postfix) || alias === wanted),
  );
  const of = (kind: number) =>
    unexplained.filter(({ reply }) => Math.floor((reply?.code ?? 0) / 100) === kind);
  const [later, refused] = [of(4), of(5)];
  const first = (all: readonly AddressFacts[]) => all[0]?.reply?.text ?? '';
  const forGood: Finding = {
    ...{ id: 'address-refused', level: 'critical' },
    what: `Postfix refuses mail to ${addressesOf(refused)}.`,
    why: `At RCPT it says: ${first(refused)}`,
    mend: [
      '# one of these settings says so:',
      'postconf local_recipient_maps smtpd_recipient_restrictions smtpd_relay_restrictions',
    ],
  };
  const forNow: Finding = {
    ...{ id: 'address-deferred', level: 'warning' },
    what: `Postfix does not take mail to ${addressesOf(later)} right now.`,
    why: `At RCPT it says: ${first(later)}`,
    mend: [
      '# one of these settings says so:',
      'postconf smtpd_recipient_restrictions smtpd_relay_restrictions',
    ],
  };
  return [...(refused.length > 0 ? [forGood] : []), ...(later.length > 0 ? [forNow] : [])];
}

function comes(all: readonly AddressFacts[]): string {
  return all.length === 1 ? 'comes' : 'come';
}

const NAMED = 3;

function addressesOf(all: readonly AddressFacts[]): string {
  const names = all.map(({ address }) => address);
  const more = names.length - NAMED;
  return listed(more > 0 ? [...names.slice(0, NAMED), `${more} more`] : names);
}
