/**
 * Addresses with holes, for Postfix: lines of the map in which the tickets are, and what exists for
 * a desk behind LMTP. The map leads each to its alias; X-Original-To keeps what it was. Pure.
 */
import { asExpression } from '../addresses/address-pattern.ts';
import type { Config } from '../config/config.ts';

export interface HoleAddress {
  readonly address: string;
  /** The alias that it leads to: that of a queue, or of the name of a robot. */
  readonly to: string;
  readonly isOfRobot: boolean;
}

/** What stands behind recipient_delimiter comes to its alias anyway. */
function isExtension({ address, to }: HoleAddress): boolean {
  return address.startsWith(`${to}+`);
}

export function holeLines(
  addresses: readonly HoleAddress[],
  { domain }: Pick<Config, 'domain'>,
): readonly string[] {
  const behind = domain.replaceAll('.', '\\.');
  return unique(
    addresses
      .filter((one) => !isExtension(one))
      .map(({ address, to }) => `/^${asExpression(address)}@(${behind})$/  ${to}@\${1}`),
  );
}

/** Of queues: behind LMTP no alias runs a robot. */
export function holeExpressions(addresses: readonly HoleAddress[]): readonly string[] {
  return unique(
    addresses
      .filter((one) => !one.isOfRobot && !isExtension(one))
      .map(({ address }) => asExpression(address)),
  );
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}
