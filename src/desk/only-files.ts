/** What a ticket shows of a mail that has files and no text. Its author did not write it. Pure. */
import type { Attachment } from '../ticket/ticket.ts';

const MAX_NAMED_FILES = 5;

/** Empty if there is no file either. */
export function namesOfFiles(files: readonly Attachment[]): string {
  if (files.length === 0) return '';
  const named = files
    .slice(0, MAX_NAMED_FILES)
    .map(({ filename, contentType }) =>
      filename === '' ? contentType : `${filename} (${contentType})`,
    );
  const more = files.length > named.length ? `, and ${files.length - named.length} more` : '';
  return `[The mail has no text. It consists of ${named.join(', ')}${more}.]`;
}
