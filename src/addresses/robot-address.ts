/**
 * Whether mail for an address may come to a robot: its alias has its name, and may lead it mail of
 * an address with holes. Which aliases there are only Postfix knows, so each robot counts. Pure.
 */
import { localPartAt } from '../ticket/id.ts';
import { capturesAmong } from './address-pattern.ts';

export interface RobotAddresses {
  readonly domain: string;
  readonly names: readonly string[];
  /** With holes. */
  readonly patterns: readonly string[];
}

export function reachesRobot(
  address: string,
  { domain, names, patterns }: RobotAddresses,
): boolean {
  const [name = ''] = localPartAt(address, domain)?.toLowerCase().split('+', 1) ?? [];
  return (
    names.includes(name) ||
    patterns.some((pattern) => capturesAmong([address], pattern, domain) !== null)
  );
}
