/**
 * What an answer says as it goes out: what its author wrote, below it the signatures of person and
 * queue, and below those what was said before; as text, and as HTML (html-below.ts, loaded for it
 * alone) if the answer has some. Loaded for answers alone. Pure.
 */
import { type Config, queueOf } from '../config/config.ts';
import type { AnswerDraft } from './draft.ts';
import type { Signing } from './html-below.ts';
import { quotedBelow, quotedText } from './quoted-history.ts';
import { withSignature } from './text.ts';

export interface AnswerBody {
  readonly body: string;
  readonly html?: string;
  /** Serials of the mails whose words stand in it. */
  readonly quotes?: readonly number[];
}

type Answered = Pick<
  AnswerDraft,
  'text' | 'html' | 'subject' | 'history' | 'language' | 'queue' | 'by' | 'isAutomatic'
>;

export async function answerBody(draft: Answered, config: Config): Promise<AnswerBody> {
  const { text, html, subject } = draft;
  // What is passed on is signed by whoever wrote it.
  if ('forwards' in subject) return { body: text, ...(html !== undefined && { html }) };
  const signed = signaturesBelow(draft, config);
  const mails = quotedBelow(draft, config);
  const quotes = mails.flatMap(({ serial }) => serial ?? []);
  const said = withSignature(text, signed.map((one) => one.signature.trimEnd()).join('\n\n'));
  return {
    body: mails.length === 0 ? said : `${said.trimEnd()}\n\n${quotedText(mails)}`,
    ...(html !== undefined && {
      html: (await import('./html-below.ts')).withHtmlBelow(html, signed, mails),
    }),
    ...(quotes.length > 0 && { quotes }),
  };
}

/** The person's stands first. A robot has none. */
function signaturesBelow({ by, queue, isAutomatic }: Answered, config: Config): readonly Signing[] {
  const person = isAutomatic
    ? undefined
    : (config.staff.find(({ name }) => name === by) ??
      config.staff.find(({ sasl }) => sasl.includes(by)));
  return [person, queueOf(queue, config)].flatMap((one) => {
    const { signature = '', signatureHtml: html } = one ?? {};
    return signature.trim() === '' ? [] : [{ signature, signatureHtml: html }];
  });
}
