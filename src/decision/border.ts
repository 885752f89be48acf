/**
 * Which header fields our own MTA and its filters have written, and no stranger can have.
 *
 * Each host writes its Received on top (RFC 5321 4.4), so whatever stands above the line by
 * which a mail came in to us is ours: that line is our border. It is the topmost, or lies
 * below it if the mail has gone round within our own house: the line above says that it
 * came from this very host, and Postfix knows by XFORWARD that it came from elsewhere before
 * (a content filter hands it back), or from one of `relays`; and its own `by` is this host or
 * one of `ownHosts`. Without XFORWARD it takes a host that `ownHosts` names: whoever may send
 * mail from this host (a web form) can write such lines. Some filters (rspamd) write right
 * below our border, where a stranger's first lines stand as well: that place counts only
 * with `"authResults": "below"`. A mail without a Received has no border, and nothing in it
 * is believed. Pure.
 */
import type { HeaderField } from '../reading/header.ts';
import { withoutComments } from '../reading/parameters.ts';

export interface House {
  /** Names by which hosts of ours sign their Received. */
  readonly ownHosts: readonly string[];
  /** IP addresses of the MX hosts in front of ours. */
  readonly relays: readonly string[];
  readonly authResults: 'above' | 'below';
}

/** `client`: address and HELO of the host that handed the mail to our MTA, as in an envelope. */
export function fieldsOfOurs(
  fields: readonly HeaderField[],
  client: string | null,
  house: House,
): readonly HeaderField[] {
  const received = fields.flatMap(({ name, value }, at) =>
    name === 'received' ? [{ at, hop: readHop(value) }] : [],
  );
  let border = 0;
  while (hasComeFromInside(received, border, client, house)) border += 1;
  const end = received[house.authResults === 'below' ? border + 1 : border];
  if (received.length === 0) return [];
  return fields.slice(0, end?.at ?? fields.length);
}

interface Hop {
  /** The address that the host saw the mail come from; null if it says none. */
  readonly from: string | null;
  /** The host that took it, in lower case. */
  readonly by: string | null;
}

/**
 * `from HELO (name [address]) by HOST`: a HELO holds no blank, so it cannot stand for the others.
 */
const FROM = /^from[ \t]+\S+[ \t]+\((?:[^\s()]+ )?\[(?:IPv6:)?([0-9a-f.:]+)\]\)/i;

function readHop(value: string): Hop {
  const [first, second, third, fourth] = withoutComments(value).trim().split(/\s+/);
  const isFrom = first?.toLowerCase() === 'from';
  const [word, host] = isFrom ? [third, fourth] : [first, second];
  const from = FROM.exec(value)?.[1]?.toLowerCase() ?? null;
  return { from, by: word?.toLowerCase() === 'by' ? (host?.toLowerCase() ?? null) : null };
}

const LOOPBACK = /^(?:127\.[0-9.]+|::1|::ffff:127\.[0-9.]+)$/;

/** Whether the line below `at` was written by a host of ours. */
function hasComeFromInside(
  received: readonly { readonly hop: Hop }[],
  at: number,
  client: string | null,
  { ownHosts, relays }: House,
): boolean {
  const hop = received[at]?.hop;
  const below = received[at + 1]?.hop.by ?? null;
  if (hop === undefined || below === null) return false;
  const { from } = hop;
  const isHere = from !== null && LOOPBACK.test(from);
  const isOwn = ownHosts.some((host) => host.toLowerCase() === below);
  const [address = null] = at === 0 && client !== null ? client.toLowerCase().split(' ') : [];
  const isFromOutside = address !== null && !LOOPBACK.test(address);
  if (isHere) {
    const isSame = below === received[0]?.hop.by || below === 'localhost';
    return isOwn || (isSame && (at > 0 || isFromOutside));
  }
  // What Postfix tells is surer than what its Received repeats.
  const relay = isFromOutside ? address : from;
  return relay !== null && relays.some((known) => known.toLowerCase() === relay) && isOwn;
}
