/** Pages of a desk in memory, in a folder of the disk, and what is in them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PageScope } from '../../src/config/page-scopes.ts';
import { messageHtml } from '../../src/intake/message-html.ts';
import { namesBy } from '../../src/site/names.ts';
import { type Counting, type Written, writePages } from '../../src/site/write-pages.ts';
import type { Message, TicketId } from '../../src/ticket/ticket.ts';
import type { Desk } from '../kit/desk.ts';
import { KEYS } from '../kit/facts.ts';
import { NO_READER } from '../kit/no-reader.ts';

export const ALL_SCOPES: readonly PageScope[] = ['tickets', 'notes', 'held'];

/** A folder that does not exist yet, in one that `remove` takes away. */
export class Folder {
  readonly above = mkdtempSync(join(tmpdir(), 'mailrobot-pages-'));
  readonly path = join(this.above, 'pages');

  write(
    desk: Desk,
    scopes: readonly PageScope[] = ALL_SCOPES,
    counting: Counting = 'always',
  ): Promise<Written> {
    const { config, now } = desk;
    const of = { config, ...desk.opened, scopes, now };
    return writePages(this.path, { ...of, htmlOf: htmlIn(desk) }, counting);
  }

  /** Of every page by its path. */
  get pages(): ReadonlyMap<string, string> {
    return new Map(
      this.files
        .filter((path) => path.endsWith('.html'))
        .map((path) => [path, readFileSync(join(this.path, path), 'utf8')]),
    );
  }

  /** All files, without folders. */
  get files(): readonly string[] {
    return readdirSync(this.path, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(this.path, path)).isFile())
      .sort();
  }

  get everything(): string {
    return [...this.pages.values()].join('\n');
  }

  page(path: string): string {
    const page = this.pages.get(path);
    if (page === undefined) throw new Error(`there is no ${path}: ${[...this.pages.keys()]}`);
    return page;
  }

  ticket(id: TicketId): string {
    return this.page(NAMES.ticket(id));
  }

  list(which: string): string {
    return this.page(NAMES.list(which));
  }

  remove(): void {
    rmSync(this.above, { recursive: true, force: true });
  }
}

/** As the commands read it. */
export function htmlIn({ config, opened: { store } }: Pick<Desk, 'config' | 'opened'>) {
  return (message: Message) => messageHtml(message, { config, store, reader: NO_READER });
}

export const NAMES = namesBy(KEYS);
