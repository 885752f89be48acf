/**
 * Takes away all that is made of the journal, before it is made again. Head and checkpoint go
 * last: a run that finds one of them applies only what is behind it, and what it misses is made
 * again where it is met.
 */
import { join } from 'node:path';
import { names, remove, removeEmpty } from '../disk/disk.ts';
import { syncAll } from './head.ts';
import type { StoreParts } from './store-parts.ts';

export function forgetDerived({ root, derived }: Pick<StoreParts, 'root' | 'derived'>): void {
  for (const hundred of names(join(root, 'tickets'))) {
    for (const id of names(join(root, 'tickets', hundred))) {
      remove(join(root, 'tickets', hundred, id, 'ticket.json'));
    }
    removeEmpty(join(root, 'tickets', hundred));
  }
  derived.lists.forget();
  syncAll(root);
  remove(join(root, 'checkpoint.json'));
  remove(join(root, 'head.json'));
}
