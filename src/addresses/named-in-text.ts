/**
 * Addresses that a text names, also within a link, and as links and HTML write them. Pure, linear.
 */
import { decodedAt } from './sign-at.ts';

export interface AddressPlace {
  /** Of those signs alone that most addresses have: a link has others before it. */
  readonly address: string;
  /** With all signs before it that one may have. */
  readonly whole: string;
  /** Where `address` is. */
  readonly from: number;
  readonly end: number;
}

const USUAL = /^[\p{L}\p{N}\p{M}._+~'-]$/u;
const ANY = /^[\p{L}\p{N}\p{M}._+~'!#$%&*/=?^`{|}-]$/u;
const OF_DOMAIN = /^[\p{L}\p{N}\p{M}.-]$/u;
const MAY_HOLD = /@|[%=](?:25)*40|&(?:amp;)*(?:#|commat)/i;

export function addressPlacesIn(text: string): readonly AddressPlace[] {
  if (!MAY_HOLD.test(text)) return [];
  const { signs, places } = signsOf(text);
  const is = (shape: RegExp, n: number) => shape.test(signs[n] ?? '');
  return signs.flatMap((sign, at) => {
    if (sign !== '@') return [];
    let from = at;
    while (is(USUAL, from - 1)) from -= 1;
    while (from < at && "'.".includes(signs[from] ?? '')) from += 1;
    let begin = from;
    while (is(ANY, begin - 1)) begin -= 1;
    let end = at + 1;
    while (is(OF_DOMAIN, end)) end += 1;
    while (end > at + 1 && '.-'.includes(signs[end - 1] ?? '')) end -= 1;
    if (from === at || end === at + 1) return [];
    return {
      address: signs.slice(from, end).join(''),
      whole: signs.slice(begin, end).join(''),
      from: places[from] ?? 0,
      end: places[end] ?? text.length,
    };
  });
}

/** HTML, or a text, that names no address but those that `said` names. */
export function withoutAddressesBut(said: string, text: string, instead: string): string {
  const found = addressPlacesIn(text);
  if (found.length === 0) return text;
  const known = new Set(addressPlacesIn(said).map(({ address }) => address.toLowerCase()));
  let [left, done] = ['', 0];
  for (const { address, from, end } of found) {
    if (from < done || known.has(address.toLowerCase())) continue;
    left += text.slice(done, from) + instead;
    done = end;
  }
  return left + text.slice(done);
}

function signsOf(text: string): { readonly signs: string[]; readonly places: number[] } {
  const [signs, places]: [string[], number[]] = [[], []];
  for (let at = 0; at < text.length; ) {
    const { sign, length } = decodedAt(text, at);
    signs.push(sign);
    places.push(at);
    at += length;
  }
  return { signs, places };
}
