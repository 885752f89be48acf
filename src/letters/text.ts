/**
 * What a mail to a customer says, and below it the signature of the queue.
 *
 * What a machine says comes from a template; if that is faulty, the change that tells
 * the desk comes along, with the built-in text.
 */

import { type Config, queueAddress, queueOf } from '../config/config.ts';
import type { Change } from '../ticket/change.ts';
import { ticketAddress } from '../ticket/id.ts';
import { clean } from './clean.ts';
import type { HelpDraft, TicketDraft } from './draft.ts';
import { bareSubject } from './subject.ts';
import { templatesFolder } from './templates/folder.ts';
import type { TemplateFailure } from './templates/source.ts';
import { ownName } from './templates/template.ts';
import { textOf } from './templates/text.ts';
import type { TemplateName, Values } from './templates/values.ts';

export interface LetterText {
  readonly text: string;
  readonly changes: readonly Change[];
}

type AutomaticDraft = Exclude<TicketDraft, { readonly kind: 'answer' }>;

/** Characters of a stranger's name or subject within a text. */
const MAX_VALUE_CHARACTERS = 200;

export async function automaticText(
  draft: AutomaticDraft,
  config: Config,
  now: Date,
): Promise<LetterText> {
  const { name: ticket, queue, to, subject } = draft;
  const about = {
    ticket,
    address: ticketAddress(ticket, config.domain),
    queue: queueOf(queue, config).name,
    name: clean(to.name).slice(0, MAX_VALUE_CHARACTERS),
    subject: clean(bareSubject(subject)).slice(0, MAX_VALUE_CHARACTERS),
  };
  switch (draft.kind) {
    case 'acknowledgement': {
      const said = await fillTemplate('acknowledgement', about, draft, config, draft.text);
      if (queueOf(queue, config).hours === undefined) return said;
      const { outsideHours } = await import('./outside-hours.ts');
      const above = await outsideHours({ about, draft, config, now });
      if (above === null) return said;
      const { text, failure } = above;
      return {
        text: `${text}\n${said.text}`,
        changes: [...said.changes, ...failedTemplate(queue, failure)],
      };
    }
    case 'reminder': {
      const { closeDays } = draft;
      const time = { days: String(closeDays ?? ''), isTomorrow: closeDays === 1 };
      return fillTemplate('reminder', { ...about, ...time }, draft, config);
    }
    case 'rating':
      return fillTemplate('rating', { ...about, ...draft.addresses }, draft, config);
    case 'service': {
      const is = (status: typeof draft.status) => draft.status === status;
      const values = {
        ...{ isNew: is('new'), isOpen: is('open') },
        ...{ isPending: is('pending'), isResolved: is('resolved') },
      };
      return fillTemplate(draft.news, { ...about, ...values }, draft, config);
    }
  }
}

export function helpText(draft: HelpDraft, config: Config): Promise<LetterText> {
  const queue = queueOf(draft.queue, config);
  const address = queueAddress(queue, config);
  const { isRefused } = draft;
  return fillTemplate('help', { address, queue: queue.name, isRefused }, draft, config);
}

async function fillTemplate<Name extends TemplateName>(
  name: Name,
  values: Values<Name>,
  { queue: prefix, language }: Pick<HelpDraft, 'queue' | 'language'>,
  config: Config,
  answer?: string,
): Promise<LetterText> {
  const { prefix: queue, language: queueLanguage, signature } = queueOf(prefix, config);
  const own = answer === undefined ? null : ownName(answer);
  const wanted = { name, own, queue, queueLanguage, language };
  const { text, failure } = await textOf(wanted, values, templatesFolder(config.file));
  return {
    text: withSignature(text, signature),
    changes: failedTemplate(queue, failure),
  };
}

function failedTemplate(queue: string, failure: TemplateFailure | null): readonly Change[] {
  return failure === null ? [] : [{ type: 'template.failed', queue, ...failure }];
}

/** Below the mark by which clients know a signature (RFC 3676 4.3). */
export function withSignature(text: string, signature: string): string {
  return signature.trim() === '' ? text : `${text.trimEnd()}\n\n-- \n${signature.trimEnd()}\n`;
}
