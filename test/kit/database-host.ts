/** A host of a desk in a database: the store that it has, and what it lies on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { lastNumberIn, NO_QUESTIONS } from '../../src/journal/facts.ts';
import { newNonce } from '../../src/journal/nonce.ts';
import type { Compose } from '../../src/journal/outbox.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose as composed } from '../../src/letters/compose.ts';
import { Connections } from '../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../src/postgres/place.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import type { Change } from '../../src/ticket/change.ts';

const PATIENCE = { statementSeconds: 10 };

export interface DatabaseHost {
  readonly store: Store;
  readonly connections: Connections;
}

/** Until the test ends. */
export function hostOn(
  place: DatabasePlace,
  now = () => new Date(),
  compose: Compose = composed,
  nonce = newNonce,
): DatabaseHost {
  const connections = new Connections(place, PATIENCE);
  const spool = mkdtempSync(join(tmpdir(), 'mailrobot-spool-'));
  mkdirSync(join(spool, 'incoming'));
  onTestFinished(async () => {
    await connections.end();
    rmSync(spool, { recursive: true, force: true });
  });
  return { store: new PostgresStore({ connections, spool, now, compose, nonce }), connections };
}

/** Gives its number. */
export function openTicket(store: Store): Promise<number> {
  return store.transact(async (transaction) => {
    const facts = await transaction.facts({ ...NO_QUESTIONS, queues: ['SUPPORT'] });
    const number = lastNumberIn(facts, 'SUPPORT') ?? 1;
    const created: Change = {
      ...{ type: 'ticket.created', ticket: `SUPPORT-${number}`, number, queue: 'SUPPORT' },
      ...{ subject: 'Hello', requester: null },
    };
    await transaction.commit({
      ...{ changes: [created], outgoing: [] },
      limits: [{ queues: ['SUPPORT'], number }],
    });
    return number;
  });
}
