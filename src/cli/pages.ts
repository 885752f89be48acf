/**
 * `mailrobot pages`: the desk as pages of HTML in a folder, for a web server to show. Changes nothing
 * in the store.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PAGE_SCOPES } from '../config/page-scopes.ts';
import { FolderRefused } from '../site/folder.ts';
import { writePages } from '../site/write-pages.ts';
import type { Message } from '../ticket/ticket.ts';
import type { WithConfig } from './commands/given.ts';
import { openDesk } from './open-desk.ts';
import { oneOf, Refused } from './refused.ts';
import type { Run } from './run.ts';

interface PagesOptions extends WithConfig {
  readonly scope?: readonly string[];
}

export async function pages(
  folder: string,
  { config: file, scope = [] }: PagesOptions,
  run: Run,
): Promise<void> {
  const wanted = scope.flatMap((list) => list.split(','));
  const scopes = wanted.map((one) => oneOf('--scope', one, PAGE_SCOPES));
  const { config, store, log } = await openDesk(file, run);
  const path = resolve(folder);
  try {
    const { messageHtml } = await import('../intake/message-html.ts');
    const htmlOf = (message: Message) =>
      messageHtml(message, { config, store, reader: run.reader });
    const of = { config, store, log, scopes, now: run.now(), htmlOf };
    const { commit, tickets } = await writePages(path, of, 'always');
    const what = tickets === 1 ? '1 ticket' : `${tickets} tickets`;
    const about = scopes.some((one) => one !== 'held') ? `, ${what} written anew` : '';
    run.say(`${path}: as of commit ${commit}${about}.`);
  } catch (error) {
    if (error instanceof FolderRefused) throw new Refused(error.message);
    if (isOfDisk(error) && error.code === 'ENOENT' && !existsSync(dirname(path)))
      throw new Refused(`${path} cannot be written: ${dirname(path)} is not there`);
    if (isOfDisk(error)) throw new Refused(`${path} cannot be written: ${error.message}`);
    throw error;
  }
}

function isOfDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
