/** The config of a desk in a test: what differs from the default, through the real checker. */
import type { Config } from '../../src/config/config.ts';
import { checkConfig } from '../../src/config/read.ts';

export const DOMAIN = 'support-ticket.example';
/** A customer, and the people of the desk. */
export const NIC = 'nic@ferrier.example';
export const KAY = 'kay@ferrier.example';
export const EVE = 'eve@evil.example';
export const BOB = `bob@${DOMAIN}`;
export const KIM = `kim@${DOMAIN}`;
export const ANN = `ann@${DOMAIN}`;

/** bob hears of everything, kim of what is hers, ann of nothing. */
export const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], notify: 'assigned' },
  { name: 'ann', addresses: [ANN], notify: 'none' },
];

/** The queue of a desk that has one. */
export const SUPPORT = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };

/** Keys as the config file has them. */
export type Different = Readonly<Record<string, unknown>>;

/** An answer is what its author wrote, and nothing below it, unless a queue says `quote`. */
export function configOf(
  { queues = [SUPPORT], ...different }: Different = {},
  file = '/etc/mailrobot/config.json',
): Config {
  return checkConfig(
    {
      domain: DOMAIN,
      store: 'store',
      queues: Array.isArray(queues)
        ? queues.map((queue: object) => ({ quote: 'none', ...queue }))
        : queues,
      authservId: 'mx.example',
      staff: STAFF,
      ...different,
    },
    file,
  );
}
