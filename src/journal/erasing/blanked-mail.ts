/**
 * The commit that blanks a mail: which texts are gone, of the commit that brought it and of those
 * that said something about it. A text that has some of it goes as a whole, and so do the hashes of
 * the mail, by which a short word in it could be tried out. Pure.
 */
import { createHash } from 'node:crypto';
import type { Change } from '../../ticket/change.ts';
import { ERASED } from '../../ticket/erased.ts';
import type { Blanking } from '../blanking.ts';
import { seqOf } from '../paths.ts';
import type { JournalRecord } from '../record.ts';
import type { TextedLine } from './numbers.ts';
import type { ReadCommit } from './plan.ts';

/** `commits`: from that of the mail on. */
export function blankedMail(
  commits: Iterable<ReadCommit>,
  { mail, octets, isHidden }: Blanking,
): Extract<Change, { readonly type: 'mail.blanked' }> {
  const found: { readonly seq: number; readonly texts: readonly number[] }[] = [];
  for (const { record, line } of commits) {
    if (line === null || !isAbout(record, mail)) continue;
    const isOwn = record.seq === mail;
    const texts = hiddenNumbers(line, (key, text) =>
      isOwn && OF_THE_MAIL.has(key) ? true : isHidden(key, text),
    );
    if (texts.length > 0) found.push({ seq: record.seq, texts });
  }
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return { type: 'mail.blanked', mail, sha256, commits: found };
}

function isAbout({ seq, changes }: JournalRecord, mail: number): boolean {
  if (seq === mail) return true;
  return changes.some((change) => {
    switch (change.type) {
      case 'robot.failed':
      case 'robot.ended':
        return change.run === mail;
      case 'robot.queued':
        return seqOf(change.raw) === mail;
      case 'mail.held':
        return change.mail.id === mail;
      case 'staff.notified':
        return (change.named ?? []).some(({ held }) => held.includes(mail));
      default:
        return false;
    }
  });
}

/** Its hashes, and the name that it was received under, which has one. */
const OF_THE_MAIL: ReadonlySet<string> = new Set(['hash', 'sha256', 'incoming']);
/** Names that the store, or the config, has given. */
const STAYS: ReadonlySet<string> = new Set([
  ...['by', 'person', 'people', 'assignee', 'actor', 'robot', 'end', 'file', 'problem'],
]);

function hiddenNumbers(
  { value, texts }: TextedLine,
  isHidden: Blanking['isHidden'],
): readonly number[] {
  const hidden = new Set<number>();
  const kept = new Set<number>();
  const look = (key: string, one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    if ('$' in one) {
      const n = Number(one.$);
      const text = texts[n] ?? ERASED;
      if (STAYS.has(key)) kept.add(n);
      else if (text !== ERASED && isHidden(key, text)) hidden.add(n);
    } else if (Array.isArray(one)) for (const inner of one) look(key, inner);
    else for (const [name, inner] of Object.entries(one)) look(name, inner);
  };
  look('', value);
  return [...hidden].filter((n) => !kept.has(n)).toSorted((a, b) => a - b);
}
