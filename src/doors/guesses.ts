/**
 * How often a wrong password may be given: MAX_FAILURES from one address within WINDOW_MS, and
 * then nobody there is let in, with whatever password, until the first of them is that old.
 *
 * The clock is the caller's, and one that only goes forward. An address is a network of 64
 * bits in IPv6, since one client has all of it. What is kept has a bound: above MAX_ADDRESSES
 * the one that failed longest ago is forgotten, which lets whoever has so many guess
 * MAX_FAILURES times more.
 */
export const MAX_FAILURES = 10;
export const WINDOW_MS = 10 * 60 * 1000;
export const MAX_ADDRESSES = 10_000;

export class Guesses {
  /** By network: when it failed, oldest first. */
  readonly #failed = new Map<string, readonly number[]>();

  /** How many networks are known. */
  get size(): number {
    return this.#failed.size;
  }

  areTooMany(address: string, nowMs: number): boolean {
    return this.#recent(networkOf(address), nowMs).length >= MAX_FAILURES;
  }

  add(address: string, nowMs: number): void {
    const network = networkOf(address);
    const failed = [...this.#recent(network, nowMs), nowMs];
    // Those that fail stand last.
    this.#failed.delete(network);
    this.#failed.set(network, failed);
    const [first] = this.#failed.keys();
    if (this.#failed.size > MAX_ADDRESSES && first !== undefined) this.#failed.delete(first);
  }

  #recent(network: string, nowMs: number): readonly number[] {
    return (this.#failed.get(network) ?? []).filter((at) => at + WINDOW_MS > nowMs);
  }
}

/**
 * An IPv4 address as it is, also within IPv6 (RFC 4291 2.5.5.2); of others the first four groups.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.toLowerCase().split('%');
  const version4 = plain.slice(plain.lastIndexOf(':') + 1);
  if (!plain.includes(':') || version4.includes('.')) return version4;
  const [before = '', after = ''] = plain.split('::');
  const [head, tail] = [groupsIn(before), groupsIn(after)];
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0);
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

function groupsIn(part: string): readonly number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}
