/**
 * What a commit is known by before it has a number: those who are asked something about it get an
 * address that names its nonce (addresses/signed-address.ts). Other commits need no row.
 */
import { indexed } from './index-row.ts';

export const nonces = indexed(({ outgoing }) =>
  outgoing.flatMap(({ nonce }) => (nonce === undefined ? [] : [[String(nonce), null] as const])),
);
