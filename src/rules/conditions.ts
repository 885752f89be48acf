/**
 * What a rule asks of a mail: each of its conditions by itself, and what speaks for it, in words.
 *
 * Whatever a mail says of itself may be forged, so that nothing here is proof of anything. Pure.
 */
import { type Capture, capturesAmong } from '../addresses/address-pattern.ts';
import type { RuleConditions } from '../config/rules.ts';
import { hasPhrase, type Searchable } from '../ticket/phrase.ts';
import type { AskedMail } from './asked-mail.ts';

export interface Fits {
  /** What speaks for it, one for each condition. */
  readonly evidence: readonly string[];
  readonly captures: readonly Capture[];
}

type Found = string | null;

/** null if one of them does not hold. */
export function fitting(asked: RuleConditions, mail: AskedMail, domain: string): Fits | null {
  const { phrase, subject, header = {}, field = {}, attachment, list, language, size } = asked;
  const at =
    asked.address === undefined ? null : capturesAmong(mail.recipients, asked.address, domain);
  if (asked.address !== undefined && at === null) return null;
  const captures = at?.captures ?? [];
  const found: readonly Found[] = [
    ...(at === null ? [] : [`it came to ${at.address}`]),
    ...Object.entries(asked.captures ?? {}).map(([name, wanted]) =>
      captured(name, wanted, captures),
    ),
    ...(phrase === undefined ? [] : [inWords(phrase, mail)]),
    ...(subject === undefined ? [] : [within(mail.subject, subject, 'the subject')]),
    ...Object.entries(header).map(([name, wanted]) => inField(name, wanted, mail)),
    ...Object.entries(field).map(([name, wanted]) => inTicketField(name, wanted, mail)),
    ...(attachment === undefined ? [] : [attached(attachment, mail)]),
    ...(list === undefined ? [] : [ofList(list, mail)]),
    ...(language === undefined ? [] : [inLanguage(language, mail)]),
    ...(size === undefined ? [] : [ofSize(size, mail)]),
  ];
  const evidence = found.flatMap((one) => one ?? []);
  return evidence.length < found.length ? null : { evidence, captures };
}

function listed(wanted: string | readonly string[]): readonly string[] {
  return typeof wanted === 'string' ? [wanted] : wanted;
}

function captured(
  name: string,
  wanted: string | readonly string[],
  captures: readonly Capture[],
): Found {
  const value = captures.find((one) => one.name === name)?.value;
  const isIt = listed(wanted).some((one) => one.toLowerCase() === value);
  return isIt ? `${name} is ${value}` : null;
}

function within(text: Searchable, wanted: string | readonly string[], where: string): Found {
  const phrase = listed(wanted).find((one) => hasPhrase(text, one));
  return phrase === undefined ? null : `${where} has "${phrase}"`;
}

function inWords(wanted: string | readonly string[], { subject, text }: AskedMail): Found {
  return within(subject, wanted, 'the subject') ?? within(text, wanted, 'the text');
}

function inField(name: string, wanted: true | string | readonly string[], mail: AskedMail): Found {
  const fields = mail.fieldsNamed(name);
  if (wanted === true) return fields.length > 0 ? `it has ${name}` : null;
  const found = fields.map((field) => within(field, wanted, name));
  return found.find((one) => one !== null) ?? null;
}

function inTicketField(
  name: string,
  wanted: true | string | readonly string[],
  { found }: AskedMail,
): Found {
  const value = found.find(({ field }) => field === name)?.value;
  if (value === undefined) return null;
  const isIt =
    wanted === true || listed(wanted).some((one) => one.toLowerCase() === value.toLowerCase());
  return isIt ? `${name} is ${value}` : null;
}

function attached(wanted: string | readonly string[], { attachments }: AskedMail): Found {
  const isOf = (type: string, { filename, contentType }: (typeof attachments)[number]): boolean => {
    if (type.startsWith('.')) return filename.toLowerCase().endsWith(type);
    const is = contentType.toLowerCase();
    return type.endsWith('/*') ? is.startsWith(type.slice(0, -1)) : is === type;
  };
  const file = attachments.find((one) => listed(wanted).some((type) => isOf(type, one)));
  return file === undefined ? null : `it has the file ${file.filename} (${file.contentType})`;
}

function ofList(wanted: boolean, { isOfList }: AskedMail): Found {
  if (isOfList !== wanted) return null;
  return wanted ? 'it came by a mailing list' : 'it came by no mailing list';
}

function inLanguage(wanted: string | readonly string[], { language }: AskedMail): Found {
  return language !== null && listed(wanted).includes(language)
    ? `it is written in ${language}`
    : null;
}

function ofSize(
  { above, below }: { readonly above?: number | undefined; readonly below?: number | undefined },
  { size }: AskedMail,
): Found {
  const isFit = (above === undefined || size > above) && (below === undefined || size < below);
  return isFit ? `it has ${size} octets` : null;
}
