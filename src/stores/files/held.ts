/**
 * Held mail: `held/<sequence number>.json`. What is held once more (its robot failed again) has
 * the same name and may say something else.
 */
import { join } from 'node:path';
import type { HeldMail } from '../../ticket/held.ts';
import { exists } from '../disk/disk.ts';
import { RowFiles } from './row-files.ts';

export class Held extends RowFiles<HeldMail> {
  constructor(root: string) {
    super(root, 'held');
  }

  override nameOf(key: string): string {
    return `${this.folder}/${key}.json`;
  }

  /** Oldest first. */
  all(): readonly HeldMail[] {
    return [...this.found().values()].sort((a, b) => a.id - b.id);
  }

  /** So many at most, oldest first. */
  newest(limit: number): readonly HeldMail[] {
    const ids = this.names().flatMap((name) => /(?<!\d)(\d+)\.json$/.exec(name)?.[1] ?? []);
    return ids
      .map(Number)
      .sort((a, b) => a - b)
      .slice(-limit)
      .flatMap((id) => this.row(String(id)) ?? []);
  }

  has(id: number): boolean {
    return exists(join(this.root, this.nameOf(String(id))));
  }
}
