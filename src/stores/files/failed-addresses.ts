/** Addresses that mail of ours came back from: `failed/<SHA-256 of the address, cut>.json`. */
import { failedAt } from '../../journal/lists/failed.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { Hold } from './hold.ts';
import { RowFiles } from './row-files.ts';

export class FailedAddresses extends RowFiles<FailedAddress> {
  constructor(root: string, hold: Hold) {
    super(root, 'failed', hold);
  }

  find(address: string): FailedAddress | null {
    return failedAt(address, (key) => this.row(key));
  }

  all(): readonly FailedAddress[] {
    return [...this.found().values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }
}
