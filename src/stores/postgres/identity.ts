/** What a store in a database says of itself: its keys, and whether it rests. Durable. */
import type { SigningKeys } from '../../addresses/token.ts';
import { Failure } from '../../outcome.ts';
import type { Connections } from '../../postgres/connections.ts';
import { committed } from './durably.ts';
import type { Ask } from './gathering.ts';
import { mustBeKnown } from './version.ts';

/** Throws a Failure `store-damaged` if nobody could sign with them. */
export function keysIn(text: string): SigningKeys {
  try {
    // Written by this program; what everybody could sign with is looked at.
    const keys = JSON.parse(text) as SigningKeys;
    const isSound = keys.secrets.every((secret) => /^([0-9a-f]{2}){16,}$/i.test(secret));
    if (isSound && keys.secrets.length > 0 && typeof keys.epoch === 'string') return keys;
  } catch {
    // Told below.
  }
  throw new Failure('store-damaged', 'the keys of the store do not read');
}

export async function readKeys(ask: Ask): Promise<{ readonly keys: SigningKeys; text: string }> {
  const [row] = await ask({
    text: 'SELECT keys, (SELECT version FROM mailrobot.head) AS version FROM mailrobot.identity',
  });
  if (row !== undefined) mustBeKnown(row['version']);
  const text = String(row?.['keys']);
  return { keys: keysIn(text), text };
}

/** Gives what they were before. */
export async function changeKeys(
  connections: Connections,
  ask: Ask,
  change: (keys: SigningKeys) => SigningKeys,
): Promise<{ readonly before: SigningKeys; readonly after: SigningKeys }> {
  for (;;) {
    const { keys: before, text } = await readKeys(ask);
    const after = change(before);
    // As parameters: a server writes the statement of an error into its log.
    const [row] = await connections.with((database) =>
      database.commit({
        text: 'SELECT mailrobot.change_keys($1, $2) AS changed',
        values: [text, JSON.stringify(after)],
      }),
    );
    if (row?.['changed'] === true) return { before, after };
  }
}

export async function endRest(connections: Connections): Promise<void> {
  await committed(connections, 'on', 'SELECT mailrobot.end_rest()');
}
