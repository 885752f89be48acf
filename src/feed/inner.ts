/**
 * Which addresses are inner ones: this host, its network, what no route of the internet leads to.
 *
 * A name in the config is somebody's, and whoever owns it may let it mean an inner address at any
 * time. So what a name means is asked once, at the connection, and an inner address is
 * refused there, unless `allow` names it. An address that stands in the URL itself is what
 * whoever wrote the config means. RFC 6890 and its registries.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

const INNER = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3'],
  ...['::/96', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
  // An IPv4 address within.
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'],
]);
const THIS_HOST = listOf(['127.0.0.0/8', '::1']);

function listOf(nets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const net of nets) {
    const [address = '', bits] = net.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function isIn(list: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%');
  return list.check(bare, familyOf(bare));
}

export function isInner(address: string): boolean {
  return isIn(INNER, address);
}

export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]) => void,
) => void;

const byNameService: Resolve = (hostname, done) => lookup(hostname, { all: true }, done);

/** For a connection: gives the addresses of a name that may be gone to. */
export function lookupOf(
  allow: readonly string[],
  resolve: Resolve = byNameService,
): LookupFunction {
  const allowed = listOf(allow);
  return (hostname, options, done) => {
    const isLocal = /^(.+\.)?localhost\.?$/i.test(hostname);
    const mayGoTo = ({ address }: LookupAddress) =>
      !isInner(address) || isIn(allowed, address) || (isLocal && isIn(THIS_HOST, address));
    resolve(hostname, (error, found) => {
      const outer = error === null ? found.filter(mayGoTo) : [];
      const [first] = outer;
      if (error !== null) done(error, []);
      else if (first === undefined) done(new Error(refusal(hostname, found)), []);
      else if (options.all) done(null, outer);
      else done(null, first.address, first.family);
    });
  };
}

function refusal(hostname: string, found: readonly LookupAddress[]): string {
  const what = found[0]?.address ?? 'nothing';
  return `${hostname} is ${what}, an inner address: "allow" does not name it`;
}
