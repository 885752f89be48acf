/**
 * The Content-ID of a picture in our mail: made of its octets, so that it is the same each time the
 * mail is composed, and says nothing of the program that its author wrote with. Pure.
 */
import type { Attachment } from '../ticket/ticket.ts';

const CHARACTERS = 32;

export function pictureId({ sha256 }: Pick<Attachment, 'sha256'>): string {
  return `${sha256.slice(0, CHARACTERS)}@picture.invalid`;
}
