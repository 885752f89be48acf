/**
 * The mails of a commit as its line has them: what a letter has in common with an earlier one of
 * the same text stands there once, with the first of them (`like` is its index). Pure.
 *
 * Those that one text goes to are named in each of its letters. So that a line does not grow with
 * the square of their number, `cc` is left out if it names all the others.
 */
import type { Letter } from '../ticket/letter.ts';
import type { ComposedMail, OutgoingLetter, OutgoingMail } from '../ticket/mail.ts';
import type { Mailbox } from '../ticket/ticket.ts';

type PackedLetter = Omit<OutgoingLetter, 'letter'> & {
  readonly like: number;
  readonly letter: Pick<Letter, 'to'> & Partial<Letter>;
};
/** In a line of version 1: `content` is its header alone if the body is another's. */
type PackedContent = Exclude<OutgoingMail, OutgoingLetter> & { readonly bodyOf: number };

export type PackedMail = OutgoingMail | PackedLetter | PackedContent;

export function packed(mails: readonly OutgoingMail[]): readonly PackedMail[] {
  return mails.map((mail, n) => {
    if (!('letter' in mail)) return mail;
    const { text, html } = mail.letter;
    const first = mails.find(
      (other) => 'letter' in other && other.letter.text === text && other.letter.html === html,
    );
    if (first === undefined || !('letter' in first)) return mail;
    const like = mails.indexOf(first);
    if (like === n) return mail;
    return { ...mail, like, letter: differences(first.letter, mail.letter) };
  });
}

export function unpacked(mails: readonly PackedMail[]): readonly OutgoingMail[] {
  return mails.map((mail) => {
    if ('like' in mail) return asLike(mail, mails[mail.like]);
    return 'bodyOf' in mail ? withBody(mail, mails[mail.bodyOf]) : mail;
  });
}

function differences(first: Letter, letter: Letter): PackedLetter['letter'] {
  const same = { ...first, cc: othersOf(first, letter.to) };
  const own = Object.entries(letter).filter(
    // What a letter has are its keys.
    ([key, value]) => !isSame(value, same[key as keyof Letter]),
  );
  return { ...(Object.fromEntries(own) as Partial<Letter>), to: letter.to };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function asLike({ like: _, ...mail }: PackedLetter, first: PackedMail | undefined): OutgoingLetter {
  if (first === undefined || !('letter' in first) || 'like' in first) {
    throw new TypeError('like no letter');
  }
  const cc = othersOf(first.letter, mail.letter.to);
  return { ...mail, letter: { ...first.letter, cc, ...mail.letter } };
}

/** All whom a letter names, without one of them. */
function othersOf({ to, cc }: Letter, own: Mailbox): readonly Mailbox[] {
  return [to, ...cc].filter(({ address }) => address !== own.address);
}

function withBody(
  { bodyOf: _, ...mail }: PackedContent,
  first: PackedMail | undefined,
): OutgoingMail {
  if (first === undefined || !('content' in first)) return mail;
  const at = bodyAt(first);
  const by = mail.content.length - at;
  return {
    ...mail,
    content: mail.content + first.content.slice(at),
    ...(first.enclosed && {
      enclosed: first.enclosed.map((one) => ({ ...one, at: one.at + by })),
    }),
  };
}

/** Behind the empty line. */
function bodyAt({ content }: ComposedMail): number {
  const at = content.indexOf('\n\n');
  return at < 0 ? content.length : at + 2;
}
