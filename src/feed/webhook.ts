/**
 * An event by POST to a URL, signed as Standard Webhooks 1.0.0 has it: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over
 * `<id>.<timestamp>.<body>` by the secret behind `whsec_`.
 *
 * A 2xx acknowledges. Everything else does not: another status, a redirect (never
 * followed: it would carry the event to somebody else), silence for `seconds`.
 */
import { createHmac } from 'node:crypto';
import type { FeedEvent } from './event.ts';
import type { Attempt } from './subscription.ts';

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly seconds: number;
}

export async function post(event: FeedEvent, webhook: Webhook, now: Date): Promise<Attempt> {
  const { url, secret, seconds } = webhook;
  const body = JSON.stringify(event);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(seconds * 1000),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'mailrobot',
        ...signature(event.id, body, secret, now),
      },
      body,
    });
    // What it says is of no interest, however long it is.
    await answer.body?.cancel().catch(() => {});
    if (answer.ok) return { ok: true };
    const where = answer.headers.get('location');
    const redirect = where === null ? '' : ` to ${where}, which is not followed`;
    return { ok: false, error: `answered ${answer.status}${redirect}` };
  } catch (error) {
    return { ok: false, error: reasonOf(error, seconds) };
  }
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

/** fetch says why in the cause, where there is one. */
function reasonOf(error: unknown, seconds: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${seconds} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? `${cause.message || cause.name} (${String(cause.code)})` : cause.message;
}
