/**
 * Whether what stands below `-- ` (RFC 3676 4.3) is a signature for certain.
 *
 * It is if it is short and is made of names, numbers and addresses. A numbered step, a
 * sentence, or "Kind regards" further down says that the mail goes on there: then somebody has
 * typed the two dashes. Pure.
 */
import { isFooter, isSlogan } from './client-lines.ts';

const MAX_SIGNATURE_LINES = 12;
const SENTENCE_WORDS = 5;
const LIST_ITEM = /^(?:\d{1,3}[.)]|[-*•–])\s/;
const SALUTATION =
  /^(?:(?:kind|best|warm|many)?\s?regards|best wishes|cheers|thanks|thank you|sincerely|yours|(?:mit )?(?:freundlichen|besten|vielen|lieben|schönen|herzlichen) gr(?:üßen|üssen|uß)|(?:viele|beste|liebe|schöne|herzliche|freundliche) grüß?(?:ss)?e|gruß|vg|lg|mfg|cordialement|bien à vous|cordiales saludos|saludos|un saludo|cordiali saluti|saluti|atenciosamente|cumprimentos|met vriendelijke groet|groeten|med vänliga hälsningar|hälsningar|med venlig hilsen|hilsen|ystävällisin terveisin|pozdrawiam|z poważaniem|s pozdravem|с уважением)\b/iu;

export function isSignature(below: readonly string[]): boolean {
  const filled = below.map((line) => line.trim()).filter((line) => line !== '');
  if (filled.length > MAX_SIGNATURE_LINES && !isFooter(filled.slice(MAX_SIGNATURE_LINES))) {
    return false;
  }
  return filled.every((line, at) => {
    if (isSlogan(line)) return true;
    if (LIST_ITEM.test(line)) return false;
    if (isSalutation(line)) return at === 0;
    return !isSentence(line) || isFooter(filled.slice(at));
  });
}

export function isSalutation(line: string): boolean {
  return line.length < 60 && SALUTATION.test(line.trim());
}

function isSentence(line: string): boolean {
  return /[.!?:;]$/.test(line) && line.split(/\s+/).length >= SENTENCE_WORDS;
}
