/**
 * What our own MTA found out about the sender of a mail (RFC 8601).
 *
 * Of the fields that are ours (border.ts) those by the configured authserv-id are read and
 * taken together. The From is true only with exactly one dmarc result among them, which is
 * `pass` (RFC 7489) for the very domain of the one From; a field without a dmarc result
 * changes nothing, and one that is malformed says nothing. `arc`, `compauth` and results
 * such as `bestguesspass` are never proof. Received-SPF (RFC 7208 9.1), which policyd-spf writes
 * unless it is told otherwise, says that a sender may be forged, and proves nothing. Pure.
 */
import { inUnicode } from '../reading/addresses.ts';
import {
  type AuthenticationResults,
  type MethodResult,
  parseAuthenticationResults,
} from '../reading/authentication-results.ts';
import type { HeaderField } from '../reading/header.ts';
import { withoutComments } from '../reading/parameters.ts';
import type { Verdict } from '../ticket/decision.ts';

export interface Authentication {
  /** Evidence that the From is true, or null. */
  readonly proof: string | null;
  /** The host that sent it may send for the domain of the From: SPF, aligned (RFC 7489 3.1.2). */
  readonly isSpfAligned: boolean;
  /** Our own MTA says that the From is not true (`dmarc=fail`). */
  readonly isFromForged: boolean;
  /** Evidence that the sender may be forged: nothing is sent there by a machine. */
  readonly forged: Verdict | null;
}

const NO_AUTHENTICATION = { proof: null, isSpfAligned: false, isFromForged: false } as const;

/** `ours`: the fields that no stranger can have written; `from`: the address of the one From. */
export function readAuthentication(
  ours: readonly HeaderField[],
  { from, isOneFrom }: { readonly from: string | null; readonly isOneFrom: boolean },
  authservId: string | null,
): Authentication {
  const bySpf = forgedBySpf(ours);
  if (authservId === null) return { ...NO_AUTHENTICATION, forged: bySpf };
  const fields = ours.filter(({ name }) => name === 'authentication-results');
  const parsed = fields.map(({ value }) => parseAuthenticationResults(value));
  const isOurs = (read: AuthenticationResults | null): read is AuthenticationResults =>
    read?.authservId === authservId.toLowerCase();
  const results = parsed.filter(isOurs).flatMap((read) => read.results);
  const of = (method: string) => results.filter((result) => result.method === method);
  const domain = isOneFrom && from !== null ? domainOf(from) : null;
  const [dmarc, ...more] = of('dmarc');
  const isTrue =
    dmarc !== undefined &&
    more.length === 0 &&
    dmarc.result === 'pass' &&
    domain !== null &&
    domainIn(dmarc, 'header.from') === domain;
  const spf = of('spf');
  const isMalformed = fields.some(
    ({ value }, n) => parsed[n] === null && mayBeBy(value, authservId),
  );
  return {
    proof: isTrue
      ? `Authentication-Results: ${authservId}; dmarc=pass header.from=${domain}`
      : null,
    isSpfAligned:
      isTrue &&
      spf.some((result) => isAligned(result, domain)) &&
      spf.every((result) => result.result === 'pass' || !hasMailFrom(result)),
    isFromForged: of('dmarc').some(({ result }) => FAILED.test(result)),
    forged: isTrue ? null : (forgedBy([...of('dmarc'), ...spf], isMalformed) ?? bySpf),
  };
}

const FAILED = /^(?:fail|softfail|hardfail)$/;

/** DMARC has no softfail. */
function forgedBy(results: readonly MethodResult[], isMalformed: boolean): Verdict | null {
  const failed = results.find(({ result }) => FAILED.test(result));
  if (failed !== undefined) {
    return { check: 'forged-sender', evidence: `${failed.method}=${failed.result}` };
  }
  if (!isMalformed) return null;
  return { check: 'forged-sender', evidence: 'our Authentication-Results cannot be read' };
}

function forgedBySpf(ours: readonly HeaderField[]): Verdict | null {
  for (const { name, value } of ours) {
    if (name !== 'received-spf') continue;
    const [result = ''] = withoutComments(value).trim().toLowerCase().split(/\s/, 1);
    if (FAILED.test(result)) return { check: 'forged-sender', evidence: `Received-SPF: ${result}` };
  }
  return null;
}

/** Whose field it would be, if it were well formed. */
function mayBeBy(value: string, authservId: string): boolean {
  return value.trimStart().toLowerCase().startsWith(authservId.toLowerCase());
}

function isAligned(result: MethodResult, domain: string): boolean {
  const sender = domainIn(result, 'smtp.mailfrom');
  const isSame = sender === domain || (sender?.endsWith(`.${domain}`) ?? false);
  return result.result === 'pass' && isSame;
}

function hasMailFrom({ properties }: MethodResult): boolean {
  return properties.some(({ name }) => name === 'smtp.mailfrom');
}

/** Of the one property of that name: a domain alone, or an address. */
function domainIn({ properties }: MethodResult, name: string): string | null {
  const [found, ...more] = properties.filter((property) => property.name === name);
  const isOne = found !== undefined && more.length === 0;
  return isOne && found.value.split('@').length <= 2 ? domainOf(found.value) : null;
}

/** In lower case and in Unicode, as the From is kept. */
function domainOf(address: string): string {
  return inUnicode(`@${address.slice(address.lastIndexOf('@') + 1)}`)
    .slice(1)
    .toLowerCase();
}
