/** One entry a mail: who sent what to whom, and what was answered. */
import type { Fate } from './fate.ts';
import type { Door } from './smtp.ts';

export type MailLog = (entry: {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly client: string;
  readonly sender: string;
  readonly answers: readonly ({ readonly recipient: string } & Fate)[];
}) => void;

export function logged(door: Door, log: MailLog, now = () => new Date()): Door {
  return {
    ...door,
    take: async (mail, transaction) => {
      const fates = await door.take(mail, transaction);
      const { peer, sender, recipients } = transaction;
      log({
        time: now().toISOString(),
        client: peer.address,
        sender,
        answers: fates.map((fate, n) => ({ recipient: recipients[n] ?? '', ...fate })),
      });
      return fates;
    },
  };
}
