/** Asks how it went wherever a batch closes tickets: a desk that asks nobody loads nothing of it. */
import { hasRatings } from '../config/config.ts';
import type { Batch } from './batch.ts';
import type { DeskContext } from './delivery.ts';

/** Behind all else that the batch does. */
export async function askAfterClosing(
  batch: Batch,
  context: Pick<DeskContext, 'config' | 'facts' | 'now'>,
): Promise<void> {
  if (!hasRatings(context.config)) return;
  const { askForRatings } = await import('./ask-rating.ts');
  await askForRatings(batch, context);
}
