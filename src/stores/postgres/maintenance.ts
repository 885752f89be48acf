/**
 * What an administrator does to a whole store in a database: check it, make again what follows from
 * its commits, change its keys.
 *
 * Its connections are patient ones: a statement may look at all of a table. What is derived is
 * written in the transaction of its commit, so nothing is ever behind, and a rebuild finds
 * something to do only where somebody else has changed a table.
 */
import { keysAfter, withNewKey, withoutAddressesOf } from '../../journal/changed-keys.ts';
import type { Maintenance } from '../../journal/maintenance.ts';
import type { ExtractAttachments } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { Connections } from '../../postgres/connections.ts';
import { makeAttachmentsAgain } from './attachments-again.ts';
import { backUp } from './backing-up.ts';
import { check } from './checking.ts';
import { askOf, headOf } from './commit-reader.ts';
import { deriveAgain } from './derive-again.ts';
import { eraseWords, erasureIn } from './erasing.ts';
import { changeKeys, endRest } from './identity.ts';
import { atOnce } from './snapshot.ts';
import { ENDED, fatesIn } from './standing.ts';

/** Of a backup: each time another mail has gone out right before it. */
const TRIES = 100;

export interface DatabaseMaintenanceOptions {
  readonly connections: Connections;
  readonly now: () => Date;
  readonly extract: ExtractAttachments;
  readonly store: Pick<Store, 'catchUp'>;
}

export function maintenanceOf({
  connections,
  now,
  extract,
  store,
}: DatabaseMaintenanceOptions): Maintenance {
  const ask = askOf(connections);
  return {
    check: () => atOnce(connections, check),
    rebuild: async () => {
      const commits = await deriveAgain(connections);
      await makeAttachmentsAgain(connections, extract);
      return { commits };
    },
    erasure: (whom) => atOnce(connections, (asked) => erasureIn(asked, whom)),
    erase: (erasing) => eraseWords({ connections, store, now }, erasing),
    // Lines of an older format are written anew when they are brought in.
    upgrade: async () => ({ commits: (await headOf(ask)).seq, written: 0 }),
    // They are committed with their mail.
    rebuildAttachments: async () => {},
    rotateKey: async () => {
      const { before, after } = await changeKeys(connections, ask, withNewKey);
      return keysAfter(before, after);
    },
    revoke: async (person) => {
      await changeKeys(connections, ask, (keys) => withoutAddressesOf(keys, person, now()));
    },
    resume: () => endRest(connections),
    backup: async (output, owner, beside) => {
      for (let tries = 0; tries < TRIES; tries += 1) {
        // What has gone out since the last commit must be in the copy, or a restore would send it again.
        await store.catchUp();
        const done = await atOnce(connections, async (asked) => {
          const { fates, rejected } = fatesIn(await asked(ENDED));
          if ([...fates, ...rejected].length > 0) return null;
          return backUp(asked, { output, owner, beside });
        });
        if (done !== null) return done;
      }
      throw new Failure('store-locked', 'mail goes out all the time: try again');
    },
  };
}
