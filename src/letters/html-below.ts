/**
 * What stands below the HTML of an answer: the same signatures and quotes as below its text. Pure.
 */
import { fromText } from '../html/from-text.ts';
import { sanitise, wordsOf } from '../html/sanitise.ts';
import { type Quoted, quotedText } from './quoted-history.ts';

export interface Signing {
  readonly signature: string;
  readonly signatureHtml?: string | undefined;
}

export function withHtmlBelow(
  html: string,
  signed: readonly Signing[],
  mails: readonly Quoted[],
): string {
  const signatures = signed.map((one, n) => signatureHtml(one, n === 0 ? `${MARK}\n` : ''));
  const quoted = mails.length === 0 ? [] : [fromText(quotedText(mails)).html];
  return [html, ...signatures, ...quoted].join('\n');
}

const MARK = '-- ';

/** The HTML of the config counts if it says the same words as the text. */
function signatureHtml({ signature, signatureHtml: given }: Signing, mark: string): string {
  const own = given === undefined ? null : sanitise(given);
  if (own === null || !isSame(own, signature))
    return fromText(`${mark}${signature.trimEnd()}`).html;
  return `${mark === '' ? '' : `${fromText(MARK).html}\n`}${own.html}`;
}

/** Whether this HTML of a config counts. */
export function saysTheSame(given: string, signature: string): boolean {
  const own = sanitise(given);
  return own !== null && isSame(own, signature);
}

function isSame(own: NonNullable<ReturnType<typeof sanitise>>, signature: string): boolean {
  return asCompared(wordsOf(own)) === asCompared(signature);
}

function asCompared(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}
