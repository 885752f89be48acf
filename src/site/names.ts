/**
 * What the pages are called: nobody can guess one from another, and they stay the same from run to
 * run. A name is HMAC-SHA256 (RFC 2104) of what the page is about, with the oldest secret of the
 * store: a new key signs mail, and old links still lead somewhere. Pure.
 */
import { createHmac } from 'node:crypto';
import type { SigningKeys } from '../addresses/token.ts';
import type { TicketId } from '../ticket/ticket.ts';

export const FRONT = 'index.html';

export interface Names {
  /** In a folder of two characters. */
  readonly ticket: (id: TicketId) => string;
  /** `tickets SUPPORT 71`, `open 2`, `held 1`, `statistics`. */
  readonly list: (which: string) => string;
}

const HEX_DIGITS = 32;
const OF_TICKET = /^[0-9a-f]{2}\/[0-9a-f]{30}\.html$/;
const OF_LIST = /^[0-9a-f]{32}\.html$/;
export const SHARD = /^[0-9a-f]{2}$/;

export function namesBy({ secrets }: Pick<SigningKeys, 'secrets'>): Names {
  const secret = Buffer.from(secrets.at(-1) ?? secrets[0], 'hex');
  const keyed = (...about: readonly string[]) =>
    createHmac('sha256', secret)
      .update(['page', ...about].join('\0'))
      .digest('hex')
      .slice(0, HEX_DIGITS);
  return {
    ticket: (id) => {
      const name = keyed('ticket', id);
      return `${name.slice(0, 2)}/${name.slice(2)}.html`;
    },
    list: (which) => `${keyed('list', which)}.html`,
  };
}

/** Whether that path can be a page of ours, but for the front. */
export function isPagePath(path: string): boolean {
  return OF_LIST.test(path) || OF_TICKET.test(path);
}
