/**
 * The mails of a commit as its line has them: a body that several have stands there once,
 * with the first of them (`bodyOf` is its index). Pure.
 */
import type { Enclosed, OutgoingMail } from '../ticket/mail.ts';

/** `content` is its header alone if the body is another's. */
export type PackedMail = OutgoingMail & { readonly bodyOf?: number };

export function packed(mails: readonly OutgoingMail[]): readonly PackedMail[] {
  return mails.map((mail, n) => {
    const bodyOf = mails.findIndex((other) => hasSameBody(other, mail));
    if (bodyOf === n) return mail;
    const { enclosed: _, ...own } = mail;
    return { ...own, content: mail.content.slice(0, bodyAt(mail)), bodyOf };
  });
}

export function unpacked(mails: readonly PackedMail[]): readonly OutgoingMail[] {
  return mails.map(({ bodyOf, ...mail }) => {
    const first = bodyOf === undefined ? undefined : mails[bodyOf];
    if (first === undefined) return mail;
    const at = bodyAt(first);
    return {
      ...mail,
      content: mail.content + first.content.slice(at),
      ...(first.enclosed && { enclosed: moved(first.enclosed, mail.content.length - at) }),
    };
  });
}

function hasSameBody(a: OutgoingMail, b: OutgoingMail): boolean {
  if (a === b) return true;
  const [atA, atB] = [bodyAt(a), bodyAt(b)];
  return (
    a.content.length - atA === b.content.length - atB &&
    a.content.slice(atA) === b.content.slice(atB) &&
    JSON.stringify(moved(a.enclosed ?? [], -atA)) === JSON.stringify(moved(b.enclosed ?? [], -atB))
  );
}

function moved(enclosed: readonly Enclosed[], by: number): readonly Enclosed[] {
  return enclosed.map(({ at, file }) => ({ at: at + by, file }));
}

/** Behind the empty line. */
function bodyAt({ content }: OutgoingMail): number {
  const at = content.indexOf('\n\n');
  return at < 0 ? content.length : at + 2;
}
