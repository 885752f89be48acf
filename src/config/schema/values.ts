/** What more than one part of the schema wants: texts, numbers with a range, patterns. */
import { isIP } from 'node:net';
import * as v from 'valibot';
import { isPlain } from '../../ticket/plain.ts';

export const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
export const LOCAL_PART = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
/**
 * So short that a signed address of a ticket has at most 64 octets (addresses/signed-address.ts).
 */
export const PREFIX = /^[A-Z][A-Z0-9]{0,19}$/;
export const AN_EVENT_TYPE = 'an event type such as ticket.created or ticket.*';
/** Standard Webhooks: 24 to 64 octets. */
export const SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;
export const A_NETWORK = 'an address or a network such as 10.1.0.0/16';
export const KIBIBYTE = 1024;
export const MEBIBYTE = 1024 * KIBIBYTE;

/** Earlier messages in a notification. */
export const HISTORY = [0, 20] as const;

const A_TEXT = 'a text of 1 to 200 characters';
export const Text = v.pipe(
  v.string(A_TEXT),
  v.minLength(1, A_TEXT),
  v.maxLength(200, A_TEXT),
  v.check((text) => isPlain(text) || /^\P{Cc}*$/u.test(text), A_TEXT),
);

export const AN_ADDRESS = 'an address such as bob@support-ticket.example';
export const A_HOST = 'the name of a host such as mx.support-ticket.example';
export const AN_IP = 'an IP address such as 192.0.2.25';
export const A_SERVER = 'a host and a port such as 127.0.0.1:25';
export const A_LANGUAGE = 'a language such as en or de';
const A_SIGNATURE = 'lines of at most 1000 characters in all, without a mark of its own';

/** Lines below the mark of a signature, which is ours. */
export const Signature = v.pipe(
  v.string(A_SIGNATURE),
  v.maxLength(1000, A_SIGNATURE),
  v.check(
    (text) => isPlain(text) || /^(?!-- ?\n)[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u.test(text),
    A_SIGNATURE,
  ),
);

const SOME_HTML = 'HTML of at most 4000 characters';
const Html = v.pipe(v.string(SOME_HTML), v.maxLength(4000, SOME_HTML));

/** Of whoever signs: the same words as their `signature`. */
export const SignatureHtml = v.optional(
  v.pipe(Html, v.description('The same words as the signature, as HTML; made of it if left out.')),
);

const A_ZONE = 'a time zone such as Europe/Berlin';

export function timeZone(what: string) {
  return v.optional(v.pipe(v.string(A_ZONE), v.check(isTimeZone, A_ZONE), v.description(what)));
}

export function wholeNumber([least, most]: readonly [number, number], what: string) {
  const wanted = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(wanted),
    v.integer(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
    v.description(what),
  );
}

export function limit(standard: number, range: readonly [number, number], what: string) {
  return v.optional(wholeNumber(range, what), standard);
}

/** May be left out. */
export function period(most: number, what: string) {
  return v.optional(wholeNumber([1, most], what));
}

/**
 * A key that few configs have: its schema is built for those, and the others get `standard` as it
 * is. Each mail would build all of them, and check what they give.
 */
export function whenThere<TSchema extends v.GenericSchema>(
  build: () => TSchema,
  standard: v.InferOutput<TSchema> & v.InferInput<TSchema>,
) {
  const asItIs = v.custom<v.InferOutput<TSchema>>(() => true);
  return v.optional(
    v.lazy((value): TSchema | typeof asItIs => (value === standard ? asItIs : build())),
    () => standard,
  );
}

function isTimeZone(timeZone: string): boolean {
  try {
    return /^[a-z]/i.test(timeZone) && new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}

export function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Host and port; an IPv6 address stands in brackets. null if it is neither. */
export function serverIn(text: string): { readonly host: string; readonly port: number } | null {
  const [, address, name, digits] =
    /^(?:\[([0-9a-f.:]+)\]|([^[\]:]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = address ?? name ?? '';
  const port = Number(digits);
  const isHost = address === undefined ? DOMAIN.test(host) : isIP(host) === 6;
  return isHost && port > 0 && port <= 65_535 ? { host, port } : null;
}

export function isServerAddress(text: string): boolean {
  return serverIn(text) !== null;
}

export function areDistinct(values: readonly string[]): boolean {
  return new Set(values.map((value) => value.toLowerCase())).size === values.length;
}

export function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
