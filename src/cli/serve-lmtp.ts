/**
 * `mailrobot serve --lmtp`: mail that Postfix hands over by LMTP, delivered in this
 * one process.
 *
 * Looks at the config anew when its file has changed, and does what others have left
 * undone every ten seconds, since no run comes to its end here, and every second
 * what goes out at a time, and whether a subscriber is to be told something. Hands mail over by SMTP if the config
 * says where. SIGTERM as for serve, and mails that are on their way to the MTA are waited for.
 */
import { statSync } from 'node:fs';
import { type Config, hasRules } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { listenAddressOf } from '../doors/listen-address.ts';
import { lmtp } from '../doors/lmtp.ts';
import { Relay } from '../doors/relay.ts';
import type { ServerOptions } from '../doors/smtp.ts';
import { doChores } from '../jobs/chores.ts';
import { sendWhatIsDue } from '../jobs/due-mails.ts';
import type { Mta } from '../journal/outbox.ts';
import { Failure } from '../outcome.ts';
import { AtOnce } from '../reading/at-once.ts';
import { makeFilesAgain } from './files-again.ts';
import { type Delivery, openDelivery } from './open-delivery.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { begin, type ServeOptions, serverOptions, untilStopped } from './serve-smtp.ts';
import { becomeOwner } from './store-owner.ts';
import { wakeAfter } from './wake.ts';
import { wakeRobots } from './wake-robots.ts';

export async function serveLmtp(where: string, options: ServeOptions, run: Run): Promise<void> {
  const config = readConfig(options.config);
  const address = listenAddressOf(where, run.environment, process.pid);
  if (address === null) throw new Refused('--lmtp systemd: systemd has handed in no socket');
  let fresh: (() => Delivery) | null = null;
  const context = (): Delivery => {
    if (fresh === null) throw new Failure('internal', 'the store is not open yet');
    return fresh();
  };
  const mtas = new Mtas();
  const lmtpOptions: ServerOptions = {
    ...(await serverOptions(options, config)),
    protocol: 'lmtp',
    tls: null,
    users: [],
  };
  // The socket is made first: the store's owner may not make one there.
  const server = await begin(lmtp(context), lmtpOptions, address, options, run, async () => {
    becomeOwner(config);
    fresh = await freshContext(options.config, mtas, run);
    await fresh().store.noteRun('server');
  });
  const { log } = context();
  const sendTimed = async () => sendWhatIsDue(context());
  const repeated = [
    repeat(CHORES_MS, async () => {
      const { config, store } = context();
      await store.noteRun('server');
      await makeFilesAgain(config, store, run);
      await doChores(context());
      // Also for what a mail to any address has confirmed.
      const mayWait = config.robots !== undefined || hasRules(config);
      if (mayWait) await wakeRobots(config, store, run);
    }),
    repeat(WAKE_MS, async () => wakeAfter(context().config, await log(), run)),
    repeat(WAKE_MS, sendTimed),
  ];
  await untilStopped(server, run);
  await Promise.all(repeated.map(({ stop }) => stop()));
  await mtas.close();
}

/** Where mail goes by the config as it is: a relay stays until the config names another one. */
class Mtas {
  #relay: { readonly key: string; readonly relay: Relay; readonly submit: Mta } | null = null;
  readonly #closing: Promise<void>[] = [];

  of({ smtp, sendmail }: Config): Mta {
    const key = smtp === null ? null : `${smtp.host} ${smtp.port}`;
    if (this.#relay !== null && this.#relay.key !== key) {
      this.#closing.push(this.#relay.relay.close(STOP_MS));
      this.#relay = null;
    }
    if (smtp === null || key === null) return sendmail;
    if (this.#relay !== null) return this.#relay.submit;
    const relay = new Relay({ ...smtp, usesTls: !isLoopback(smtp.host) });
    const submit: Mta = (envelope, begin) => relay.submit(envelope, begin);
    this.#relay = { key, relay, submit };
    return submit;
  }

  /** Waits for what is on its way. */
  async close(): Promise<void> {
    await Promise.all([...this.#closing, this.#relay?.relay.close(STOP_MS)]);
  }
}

/** There nobody listens in, and the certificate that Debian makes for itself proves nothing. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The config as it is now: like the pipe, a server minds a change with the next mail. */
async function freshContext(file: string, mtas: Mtas, run: Run): Promise<() => Delivery> {
  const stampOf = () => {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  };
  // Before it is read: a change meanwhile must not look old.
  let stamp = stampOf();
  const atOnce = new AtOnce(MAX_READERS, READER_PATIENCE_MS);
  const bounded = { ...run, reader: { ...run.reader, atOnce } };
  const opened = await openDelivery('any', readConfig(file), bounded, { isServer: true });
  let now: Delivery = { ...opened, mta: mtas.of(opened.config) };
  return () => {
    const newest = stampOf();
    if (newest !== stamp) {
      const config = readConfig(file);
      now = { ...now, config, mta: mtas.of(config) };
      stamp = newest;
    }
    return now;
  };
}

/** Each is a process with a heap of its own; a mail that waits for one lies on the disk. */
const MAX_READERS = 2;
/** Far below lmtp_data_done_timeout of Postfix (600 s). */
const READER_PATIENCE_MS = 120_000;
/** With the 90 s in which LMTP clients get their answers, below TimeoutStopSec of the unit. */
const STOP_MS = 20_000;
const CHORES_MS = 10_000;
const WAKE_MS = 1000;

/** One at a time; a config that is broken right now is the next mail's to answer for. */
function repeat(everyMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const once = async () => work();
  const timer = setInterval(() => {
    running ??= once()
      .catch(() => {})
      .finally(() => {
        running = null;
      });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
