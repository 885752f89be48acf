/**
 * Whether a mail is a reaction, as Gmail and Outlook send one for a thumb under a mail: it is
 * shown, and answers nothing. By the part that Gmail adds, or by the sentence that both write for
 * programs that know no reactions. Pure.
 */
import { newText, type ParsedMessage } from '../reading/message.ts';

const GMAIL_TYPE = 'text/vnd.google.email-reaction+json';
/** "Nic Ferrier reacted via Gmail", "Nic Ferrier reacted to your message:", in ten languages. */
const SENTENCE =
  /^[^\n]{1,100} (?:reacted (?:via gmail|to your message)|hat (?:über gmail )?(?:reagiert|auf ihre nachricht reagiert)|a réagi (?:via gmail|à votre message)|ha reaccionado (?:desde gmail|a tu mensaje)|ha reagito (?:tramite gmail|al tuo messaggio)|reagiu (?:pelo gmail|à sua mensagem)|heeft gereageerd (?:via gmail|op je bericht)|reagerade (?:via gmail|på ditt meddelande)|zareagował\(a\)? (?:przez gmaila?|na twoją wiadomość)|отреагировал\(а\)? (?:через gmail|на ваше сообщение))[^\n]{0,20}$/iu;
/** Each of the sentences has one of these; without them it is not looked for. */
const ROOTS: readonly string[] = ['reac', 'reag', 'réag', 'реаги'];
const MAX_OTHER_CHARACTERS = 20;

export function isReaction(
  message: Pick<ParsedMessage, 'attachments' | 'text' | 'newLines'>,
): boolean {
  if (message.attachments.some(({ contentType }) => contentType.toLowerCase() === GMAIL_TYPE)) {
    return true;
  }
  const text = newText(message);
  const lower = text.toLowerCase();
  if (!ROOTS.some((root) => lower.includes(root))) return false;
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const others = lines.filter((line) => !SENTENCE.test(line.slice(0, 200)));
  return (
    others.length < lines.length &&
    others.every((line) => line.length <= MAX_OTHER_CHARACTERS && !/[\p{L}\p{N}]/u.test(line))
  );
}
