/** Where a webhook may go: nowhere within, unless the config says so. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeedEvent } from '../../src/feed/event.ts';
import { isInner, lookupOf, type Resolve } from '../../src/feed/inner.ts';
import { post } from '../../src/feed/webhook.ts';

test.each([
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'fec0::1', 'ff02::1'],
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '::7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::'],
])('%s is an inner address', (address) => {
  expect(isInner(address)).toBe(true);
});

test.each(['93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::', '::ffff:8.8.8.8'])(
  '%s is not',
  (address) => {
    expect(isInner(address)).toBe(false);
  },
);

let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  request.resume();
  if (request.url === '/away') response.writeHead(307, { location: 'http://127.0.0.1:25/' });
  response.end('x'.repeat(200_000));
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

// What post reads of an event is its id alone.
const EVENT = { id: 'e.1.0' } as FeedEvent;
const to = (host: string, allow: readonly string[], ...found: readonly string[]) => {
  const resolve: Resolve = (_, done) =>
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const webhook = { url: `http://${host}:${port}/`, secret: 'whsec_eA==', seconds: 5, allow };
  return post(EVENT, webhook, new Date(), resolve);
};

test('a name that means an inner address is gone to if the config allows that address', async () => {
  const before = asked;
  const refused = await to('crm.example', [], '127.0.0.1');
  expect(refused).toEqual({
    ok: false,
    error: 'crm.example is 127.0.0.1, an inner address: "allow" does not name it',
  });
  expect(await to('crm.example', ['10.0.0.0/8'], '::ffff:127.0.0.1')).toMatchObject({ ok: false });
  expect(asked).toBe(before);
  expect(await to('crm.example', ['127.0.0.0/8'], '127.0.0.1')).toEqual({ ok: true });
  expect(await to('crm.example', ['127.0.0.1'], '127.0.0.1')).toEqual({ ok: true });
  expect(await to('localhost', [], '127.0.0.1')).toEqual({ ok: true });
  expect(await to('localhost.', [], '10.0.0.1')).toMatchObject({ ok: false });
  expect(await to('127.0.0.1', [])).toEqual({ ok: true });
  expect(asked).toBe(before + 4);
});

test('of several addresses the inner ones are left out', () => {
  const outer = { address: '192.0.2.1', family: 4 };
  const both: Resolve = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }, outer]);
  const given: unknown[] = [];
  lookupOf([], both)('crm.example', { all: true }, (...all) => given.push(all));
  lookupOf([], both)('crm.example', {}, (...all) => given.push(all));
  expect(given).toEqual([
    [null, [outer]],
    [null, '192.0.2.1', 4],
  ]);
});

test('a redirect inwards is not followed', async () => {
  const before = asked;
  const webhook = {
    url: `http://127.0.0.1:${port}/away`,
    secret: 'whsec_eA==',
    seconds: 5,
    allow: [],
  };
  expect(await post(EVENT, webhook, new Date())).toEqual({
    ok: false,
    error: 'answered 307 to http://127.0.0.1:25/, which is not followed',
  });
  expect(asked).toBe(before + 1);
});
