/**
 * What an administrator does to a whole store: check it, make its derived files
 * again, take a copy of it while it lives.
 *
 * `rebuild` and `backup` fold the whole journal before they do anything, so that
 * a journal that does not read stops them; `rebuild` removes nothing that it
 * cannot make again, and leaves the outbox, whose claims may be alive; killed half-way, the next
 * run of any command goes on with it, since without head and checkpoint everything is applied
 * again. `backup` holds the lock only to learn where the last commit ends: journal and raw mail are
 * append-only, so what lies before is the copy.
 */

import { join } from 'node:path';
import type { Finding, Maintenance } from '../../journal/maintenance.ts';
import { isLocked, locked, PATIENCE_SECONDS } from '../disk/lock.ts';
import { pack } from './archive.ts';
import { mustBeUnused } from './caught-up.ts';
import { addSigningKey, endRest, revokeAddresses } from './change-identity.ts';
import { eraseWords, erasureIn } from './erase.ts';
import { expectedOf } from './expected.ts';
import { ATTACHMENTS_LOCK, FileBlobs } from './file-blobs.ts';
import { BACKUP_LOCK, FileStore, type FileStoreOptions, partsOf } from './file-store.ts';
import { forgetDerived } from './forget-derived.ts';
import { checkCopy, fsck } from './fsck.ts';
import { readHead } from './head.ts';
import { readIdentity } from './layout.ts';
import { makeAllAgain } from './lost-files.ts';
import { membersOf } from './members.ts';
import { catchUp } from './recovery.ts';
import { finishUpgrade, upgradeJournal } from './upgrade.ts';

export function maintenanceOf(options: FileStoreOptions): Maintenance {
  const parts = partsOf(options);
  const { root } = options;
  const composing = { ...parts, blobs: new FileBlobs(parts, () => {}) };
  const exclusive = <T>(work: () => T) => locked(join(root, 'lock'), PATIENCE_SECONDS, work);
  return {
    check: async () => {
      await exclusive(() => catchUp(parts));
      await makeAllAgain(composing);
      const { seq, findings, unsure } = await exclusive(() => {
        const head = catchUp(parts);
        return { seq: head.seq, ...allOf(fsck(parts, head)) };
      });
      for (const copy of unsure) findings.push(...(await checkCopy(copy, composing)));
      return { findings, commits: seq };
    },
    rebuild: async () => {
      const commits = await exclusive(() => {
        finishUpgrade(parts);
        const { seq } = expectedOf(parts.journal);
        mustBeUnused(root, seq + 1);
        const isSameBoot = readHead(root, parts.boot) !== null;
        forgetDerived(parts);
        catchUp(parts, isSameBoot);
        return seq;
      });
      await makeAllAgain(composing);
      return { commits };
    },
    // A backup copies the journal without the lock.
    upgrade: () =>
      locked(join(root, BACKUP_LOCK), PATIENCE_SECONDS, () =>
        exclusive(() => upgradeJournal(parts, catchUp(parts))),
      ),
    erasure: (whom) =>
      exclusive(() => {
        const seq = catchUp(parts).seq + 1;
        return { ...erasureIn(parts, whom), seq, epoch: readIdentity(root).epoch };
      }),
    // A backup copies the texts without the lock.
    erase: (erasing) =>
      locked(join(root, BACKUP_LOCK), PATIENCE_SECONDS, async () => {
        for (;;) {
          // What has gone out is written down first: its address may stand beside it.
          await new FileStore(options).catchUp();
          const erasure = await exclusive(async () => {
            const head = catchUp(parts);
            if (parts.derived.lists.outbox.hasFates()) return null;
            const done = await eraseWords(parts, head, { ...erasing, now: options.now() });
            return { ...done, seq: head.seq + 1, epoch: readIdentity(root).epoch };
          });
          if (erasure === null) continue;
          // Of mail that had them in copy; they are composed without them.
          await makeAllAgain(composing);
          return erasure;
        }
      }),
    rebuildAttachments: async () => {
      const lock = join(root, ATTACHMENTS_LOCK);
      await exclusive(() => catchUp(parts));
      if (!isLocked(lock)) await locked(lock, 0, () => makeAllAgain(composing));
    },
    rotateKey: () => exclusive(() => addSigningKey(root)),
    revoke: (person) => exclusive(() => revokeAddresses(root, person, options.now())),
    resume: () => exclusive(() => endRest(root)),
    // Nothing expires while it lasts (file-store.ts): what was listed stays there.
    backup: (output, owner, beside) =>
      locked(join(root, BACKUP_LOCK), PATIENCE_SECONDS, async () => {
        // What has gone out since the last commit must be in the copy, or a restore would send it again.
        await new FileStore(options).catchUp();
        const head = await exclusive(() => catchUp(parts));
        expectedOf(parts.journal);
        const members = membersOf(root, head);
        await pack(output, { commits: head.seq, owner, beside, members });
        return { commits: head.seq };
      }),
  };
}

function allOf(checking: ReturnType<typeof fsck>) {
  const findings: Finding[] = [];
  for (;;) {
    const { done, value } = checking.next();
    if (done === true) return { findings, unsure: value };
    findings.push(value);
  }
}
