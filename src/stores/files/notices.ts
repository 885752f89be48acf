/**
 * What the staff are to be told by mail: `notices.json`. If it does not read,
 * something is not told by mail, at worst.
 */
import { join } from 'node:path';
import { NO_NOTICES, type NoticesAt } from '../../journal/lists/notices.ts';
import { remove } from '../disk/disk.ts';
import type { Hold } from './hold.ts';
import { RowFiles } from './row-files.ts';

const FILE = 'notices.json';

export class Notices extends RowFiles<NoticesAt> {
  constructor(root: string, hold: Hold) {
    super(root, '.', hold);
  }

  override nameOf(): string {
    return FILE;
  }

  get(): NoticesAt {
    return this.read(FILE) ?? NO_NOTICES;
  }

  override forget(): void {
    remove(join(this.root, FILE));
  }

  protected override names(): readonly string[] {
    return [FILE];
  }

  /** An older program knew of nothing that repeats. */
  protected override read(name: string): NoticesAt | null {
    const row = super.read(name);
    return row === null ? null : { ...NO_NOTICES, ...row };
  }
}
