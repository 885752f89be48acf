/**
 * Tokens that only a recipient of our mail can know: 80 bits of HMAC-SHA256
 * (RFC 2104) in lower-case base32, so that they survive clients and relays that
 * fold or re-case.
 *
 * Over a word that says what is signed, the store's epoch, and `parts`: a
 * token of one kind is none of another. The first secret and the present
 * epoch sign, every known one verifies.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Epoch and secret behind every signed address and Message-ID. */
export interface SigningKeys {
  readonly epoch: string;
  /** Epochs before a restore: they verify and do not sign. */
  readonly pastEpochs: readonly string[];
  readonly secrets: readonly [string, ...string[]];
  /** By person: when their addresses were revoked last (RFC 3339). */
  readonly revoked: Readonly<Record<string, string>>;
  /**
   * By person: what their addresses are signed with since then, so that no clock has to say which
   * came first. Where it is missing, an older program has revoked them: see signed-address.ts.
   */
  readonly renewed?: Readonly<Record<string, string>>;
}

const BASE32_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TOKEN_CHARACTERS = 16;

/** As a regular expression. */
export const TOKEN_PATTERN = `[a-z2-7]{${TOKEN_CHARACTERS}}`;

export type TokenKind =
  | 'message-id'
  | 'reply'
  | 'bounce'
  | 'answer'
  | 'copies'
  | 'note'
  | 'confirm'
  | 'plan'
  | 'plan-number'
  | 'rating'
  | 'boundary';

export function makeToken(keys: SigningKeys, what: TokenKind, parts: readonly string[]): string {
  return sign(keys.secrets[0], [what, keys.epoch, ...parts]);
}

/** The epoch in which it was made, or null if it is none of ours. */
export function epochOf(
  keys: SigningKeys,
  given: string,
  what: TokenKind,
  parts: readonly string[],
): string | null {
  const wanted = Buffer.from(given.toLowerCase());
  const isMadeIn = (epoch: string) =>
    keys.secrets.some((secret) => {
      const right = Buffer.from(sign(secret, [what, epoch, ...parts]));
      return right.length === wanted.length && timingSafeEqual(right, wanted);
    });
  return [keys.epoch, ...keys.pastEpochs].find(isMadeIn) ?? null;
}

function sign(secret: string, parts: readonly string[]): string {
  const digest = createHmac('sha256', Buffer.from(secret, 'hex')).update(parts.join('\0')).digest();
  return base32(digest).slice(0, TOKEN_CHARACTERS);
}

/** RFC 4648 section 6, lower case, no padding; whole groups of five octets only. */
function base32(data: Buffer): string {
  let text = '';
  for (let at = 0; at + 5 <= data.length; at += 5) {
    let group = data.readUIntBE(at, 5);
    let chars = '';
    for (let n = 0; n < 8; n += 1) {
      chars = (BASE32_ALPHABET[group % 32] ?? '') + chars;
      group = Math.floor(group / 32);
    }
    text += chars;
  }
  return text;
}
