/**
 * What this host has told each subscriber last, on its own disk: `told/<name>.json` below its folder.
 *
 * How far a subscriber is stands in the database, and is rolled back with it if a standby takes over
 * that did not have the last commits. This is not: written right before an event goes out, durably. By
 * it a host knows what it has told that was lost. `told/id` names this host among all.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ToldEvent } from '../../journal/log.ts';
import { makeDirectory, names, readJson, readText, replaceDurably } from '../disk/disk.ts';

export interface Told {
  readonly subscriber: string;
  readonly event: ToldEvent;
  /** Of the server that had it. */
  readonly timeline: string;
}

const OF_SUBSCRIBER = /^([a-z0-9-]+)\.json$/;

export class ToldHere {
  readonly #folder: string;

  /** `spool`: the folder of this host. */
  constructor(spool: string) {
    this.#folder = join(spool, 'told');
  }

  /** null: it has told nobody anything. */
  get host(): string | null {
    return readText(this.#idFile)?.trim() || null;
  }

  /** Its name is there before it tells anything. */
  named(): string {
    const known = this.host;
    if (known !== null) return known;
    makeDirectory(this.#folder);
    // The name of the host is for people who look at the table.
    const own = `${hostname()} ${randomBytes(8).toString('hex')}`;
    replaceDurably(this.#idFile, `${own}\n`);
    return own;
  }

  note({ subscriber, event, timeline }: Told): void {
    const text = `${JSON.stringify({ v: 1, timeline, event })}\n`;
    replaceDurably(join(this.#folder, `${subscriber}.json`), text);
  }

  all(): readonly Told[] {
    return names(this.#folder).flatMap((file) => {
      const subscriber = OF_SUBSCRIBER.exec(file)?.[1];
      if (subscriber === undefined) return [];
      // Written by `note`; one that does not read tells nothing.
      const { event, timeline } = (readJson(join(this.#folder, file)) ?? {}) as Partial<Told>;
      return event === undefined || timeline === undefined ? [] : [{ subscriber, event, timeline }];
    });
  }

  get #idFile(): string {
    return join(this.#folder, 'id');
  }
}
