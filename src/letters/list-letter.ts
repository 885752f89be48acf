/** Digest and mail of the week as letters: who they are from, and where an answer goes. */
import { staffAddress } from '../addresses/signed-address.ts';
import { queueAddress, queueOf } from '../config/config.ts';
import { mayConfirm, waysToProve } from '../decision/ways-to-prove.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Letter } from '../ticket/letter.ts';
import { nameOf } from '../ticket/ticket.ts';
import { digestMail } from './digest-text.ts';
import type { DigestDraft, WeeklyDraft } from './draft.ts';
import { weeklyMail, weeklyText } from './weekly-text.ts';
import type { WritingContext } from './written-draft.ts';

type ListLetter = Pick<
  Letter,
  'from' | 'replyTo' | 'subject' | 'messageId' | 'inReplyTo' | 'references' | 'text'
> &
  Partial<Pick<Letter, 'html' | 'listId'>>;

export async function listLetter(
  draft: DigestDraft | WeeklyDraft,
  messageId: string,
  desk: WritingContext,
): Promise<ListLetter> {
  const { config, keys, now } = desk;
  const { domain } = config;
  const [first] = config.queues;
  const { name: person } = draft.to;
  const queues = queuesOf(draft);
  const [only = first.prefix] = queues.size === 1 ? queues : [];
  const queue = queueOf(only, config);
  const mayCommand = waysToProve(person, config).length > 0;
  const letter = {
    from: { name: queue.name, address: queueAddress(queue, config) },
    replyTo: `${config.control}@${domain}`,
    messageId,
    inReplyTo: null,
    references: [],
    ...(queues.size === 1 && { listId: `<${queue.prefix.toLowerCase()}.${domain}>` }),
  };
  if (draft.kind === 'weekly') {
    const { weeklyHtml } = await import('./weekly-html.ts');
    const { subject, pieces } = weeklyMail(draft, { mayCommand, domain, now });
    return { ...letter, subject, text: weeklyText(pieces), html: weeklyHtml(pieces) };
  }
  return {
    ...letter,
    ...digestMail(draft, {
      addressOf: (ticket) => {
        if (mayCommand) return ticketAddress(nameOf(ticket), domain);
        if (!mayConfirm(person, config)) return null;
        return staffAddress(keys, 'answer', { ticket: ticket.id, person, at: now }, domain);
      },
      areSigned: !mayCommand && mayConfirm(person, config),
      mayCommand,
    }),
  };
}

function queuesOf(draft: DigestDraft | WeeklyDraft): ReadonlySet<string> {
  if (draft.kind === 'weekly') return new Set(draft.queues);
  const { opened, copied } = draft;
  return new Set([...opened.tickets, ...copied.tickets].map(({ queue }) => queue));
}
