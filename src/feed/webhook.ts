/**
 * An event by POST to a URL, signed as Standard Webhooks 1.0.0 has it: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over
 * `<id>.<timestamp>.<body>` by the secret behind `whsec_`.
 *
 * A 2xx acknowledges. Everything else does not: another status, a redirect (never
 * followed: it would carry the event to somebody else), silence for `seconds`, a name that
 * means an inner address (inner.ts).
 */
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { FeedEvent } from './event.ts';
import { lookupOf, type Resolve } from './inner.ts';
import type { Attempt } from './subscription.ts';

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly seconds: number;
  /** Inner addresses and networks that its name may mean. */
  readonly allow: readonly string[];
}

export async function post(
  event: FeedEvent,
  webhook: Webhook,
  now: Date,
  resolve?: Resolve,
): Promise<Attempt> {
  const { secret, seconds } = webhook;
  const body = JSON.stringify(event);
  const signal = AbortSignal.timeout(seconds * 1000);
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'mailrobot',
    ...signature(event.id, body, secret, now),
  };
  try {
    const { status, location } = await answerTo({ webhook, headers, body, signal, resolve });
    if (status >= 200 && status < 300) return { ok: true };
    const redirect = location === null ? '' : ` to ${location}, which is not followed`;
    return { ok: false, error: `answered ${status}${redirect}` };
  } catch (error) {
    if (signal.aborted) return { ok: false, error: `no answer within ${seconds} s` };
    return { ok: false, error: reasonOf(error) };
  }
}

interface Posting {
  readonly webhook: Webhook;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly resolve: Resolve | undefined;
}

interface Answer {
  readonly status: number;
  readonly location: string | null;
}

/** Octets of an answer that are read so that its connection can be used again. */
const MAX_READ_BYTES = 64 * 1024;

function answerTo(posting: Posting): Promise<Answer> {
  const { webhook, headers, body, signal, resolve } = posting;
  const url = new URL(webhook.url);
  const begin = url.protocol === 'https:' ? secureRequest : request;
  return new Promise((take, refuse) => {
    const lookup = lookupOf(webhook.allow, resolve);
    const asked = begin(url, { method: 'POST', headers, signal, lookup }, (answer) => {
      // What it says is of no interest, however long it is.
      const isShort = Number(answer.headers['content-length'] ?? Infinity) <= MAX_READ_BYTES;
      answer.on('error', () => {});
      if (isShort || answer.statusCode === 204) answer.resume();
      else answer.destroy();
      take({ status: answer.statusCode ?? 0, location: answer.headers.location ?? null });
    });
    asked.on('error', (error) => {
      // Its other side had closed it already when we took it up again.
      const isStale = asked.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (isStale && !signal.aborted) answerTo(posting).then(take, refuse);
      else refuse(error);
    });
    asked.end(body);
  });
}

export function signature(
  id: string,
  body: string,
  secret: string,
  now: Date,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${digest}`,
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several addresses that were tried.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const message = error.message || (first instanceof Error ? first.message : error.name);
  return 'code' in error ? `${message} (${String(error.code)})` : message;
}
