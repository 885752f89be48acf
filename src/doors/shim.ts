/**
 * Postfix's local(8) for a box without Postfix: mail to an alias is given to the
 * command that the alias file names, as local(8) would.
 *
 * The same stdin, the same environment, a directory that means nothing, the same time
 * limit, and the same reading of exit status and output (fate.ts). Addresses that
 * are in no alias, or whose alias is no command, are refused at RCPT: nothing is
 * relayed, no file is written. The alias file is read anew for each RCPT.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type AliasCommand, runAliasCommand } from '../runtime/programs.ts';
import { localPartAt } from '../ticket/id.ts';
import { type Aliases, aliasFor, expand, type Step } from './aliases.ts';
import { type Fate, fateOf, refused, worst } from './fate.ts';
import { withUnixLineEnds } from './line-ends.ts';
import {
  environmentOf,
  headLines,
  isLoop,
  type LocalEnvelope,
  receivedLine,
} from './local-mail.ts';
import type { Door, Transaction } from './smtp.ts';
import { spooled } from './spool.ts';

export interface ShimOptions {
  readonly domain: string;
  readonly aliases: () => Aliases;
  /** Where the commands run. */
  readonly directory: string;
  /** Whom the commands run as. */
  readonly owner: {
    readonly home: string;
    readonly shell: string;
    readonly ids: NonNullable<AliasCommand['owner']> | null;
  };
  /** More of the environment, as export_environment of Postfix would give. */
  readonly exported: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly now: () => Date;
}

const HEADER_READ = 100 * 1024;

export function shim(options: ShimOptions): Door {
  return {
    refusal: (recipient) => {
      const found = find(recipient, options);
      return 'reply' in found ? found : null;
    },
    take: (mail, transaction) =>
      spooled(withUnixLineEnds(mail), async (spool) => {
        const fates: Fate[] = [];
        for (const recipient of transaction.recipients) {
          fates.push(await deliverTo(recipient, spool, transaction, options));
        }
        return fates;
      }),
  };
}

interface Found {
  readonly alias: string;
  readonly extension: string | null;
  readonly steps: readonly Step[];
}

function find(recipient: string, { domain, aliases }: ShimOptions): Found | Fate {
  const local = localPartAt(recipient, domain);
  if (local === null) return refused('5.7.1', 'relaying is denied');
  const known = aliases();
  const alias = aliasFor(known, local);
  if (alias === null) return refused('5.1.1', 'there is no such alias');
  const steps = expand(known, alias.name);
  if (steps === 'loop') return refused('5.4.6', 'the alias names itself');
  if (steps === 'other') return refused('5.1.1', 'the alias is not a command');
  return { alias: alias.name, extension: alias.extension, steps };
}

async function deliverTo(
  recipient: string,
  spool: string,
  transaction: Transaction,
  options: ShimOptions,
): Promise<Fate> {
  const { sender, peer } = transaction;
  const found = find(recipient, options);
  if ('reply' in found) return found;
  if (isLoop(await headerOf(spool), recipient)) return refused('5.4.6', 'mail forwarding loop');
  const fates: Fate[] = [];
  for (const { command, alias } of found.steps) {
    const { extension } = found;
    const envelope = { sender, recipient, alias, extension, domain: options.domain };
    const environment = { ...environmentOf(envelope, peer, options.owner), ...options.exported };
    const { directory, limitMs, owner } = options;
    const end = await runAliasCommand(
      { command, environment, directory, limitMs, ...(owner.ids && { owner: owner.ids }) },
      Readable.from(contentOf(envelope, spool, transaction, options)),
    );
    fates.push(fateOf(end));
  }
  return worst(fates);
}

async function* contentOf(
  envelope: LocalEnvelope,
  spool: string,
  { id, peer }: Transaction,
  { now, domain }: ShimOptions,
): AsyncGenerator<Buffer> {
  const time = now();
  const { recipient } = envelope;
  const received = receivedLine(peer, { by: domain, id, recipient }, time);
  yield Buffer.from(headLines(envelope, time) + received);
  yield* createReadStream(spool);
}

async function headerOf(spool: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(spool, { end: HEADER_READ })) chunks.push(chunk);
  const [header = ''] = Buffer.concat(chunks).toString('latin1').split('\n\n');
  return header;
}
