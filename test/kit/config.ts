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

/** Keys as the config file has them. */
export type Different = Readonly<Record<string, unknown>>;

export function configOf(different: Different = {}, file = '/etc/mailrobot/config.json'): Config {
  return checkConfig(
    {
      domain: DOMAIN,
      store: 'store',
      queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 }],
      authservId: 'mx.example',
      staff: STAFF,
      ...different,
    },
    file,
  );
}
