/**
 * Bounces and loops on a real Postfix: an answer to an address that does not
 * exist comes back to its ticket; two robots that write to each other fall
 * silent, with every mark taken off their mail, too.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const missing = postfixMissing();
const OTHER = 'other-desk.example';
const GONE = 'gone@ferrier.example';

/** A relay between a robot and its MTA that takes `$1` of the marks off; then sendmail and its arguments. */
const RELAY = `#!/bin/sh
how=$1; sendmail="$2 $3 $4"; shift 4
recipient=$5
marks='^(auto-submitted|x-auto-response-suppress|x-loop)$'
[ "$how" = everything ] && marks='^(auto-submitted|x-auto-response-suppress|x-loop|message-id|in-reply-to|references)$'
mail=$(awk -v marks="$marks" -v how="$how" '
  !body && /^$/ { body = 1 }
  !body && /^[^ \\t]/ { split($0, name, ":"); off = tolower(name[1]) ~ marks }
  !body && how == "everything" && /^From:/ { sub(/SUPPORT-[0-9]+@/, "new@"); sub(/OTHER-[0-9]+@/, "help@") }
  body || !off { print }')
from=$(printf '%s\\n' "$mail" | sed -n 's/^From: .*<\\(.*\\)>.*/\\1/p' | head -1)
printf '%s\\n' "$mail" | exec $sendmail -i -f "$from" -- "$recipient"
`;

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  const robots = ['marked', 'unmarked', 'everything'] as const;

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    const alias = (name: string, verb: string, desk: string) =>
      `${name}: ${desks.command(verb, desk)}\n`;
    postfix = await startPostfix({
      aliasOwner: OWNER,
      settings: {
        mydestination: `$mydomain ${OTHER}`,
        // A mail that goes round for ever would end by this, and the test would see it.
        hopcount_limit: '500',
      },
      aliases: [
        alias('new', 'new', 'desk'),
        alias('support', 'reply', 'desk'),
        alias('help', 'new', 'other'),
        alias('other', 'reply', 'other'),
      ].join(''),
    });
  });

  afterAll(async () => {
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
  });

  const send = async (from: string, to: string, subject: string) => {
    const data = `From: ${from}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: <${Math.random()}@x.example>\n\nx\n`;
    return postfix.settled(await postfix.send({ from, to, data }));
  };
  const queueIsEmpty = async () => {
    for (let quiet = 0, seen = -1; quiet < 10; ) {
      const now = postfix.log().length;
      quiet = now === seen ? quiet + 1 : 0;
      seen = now;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  test('an answer to an address that is gone comes back to its ticket, and is shown', async () => {
    await desks.make('desk', postfix.sendmail);
    // Accepted at first: it is known here, and bounced by the mailbox.
    await send(GONE, `new@${DOMAIN}`, 'before the move');
    await desks.robot(['ticket', 'reply', '7102', '-m', 'Where are you?'], 'desk');
    await queueIsEmpty();
    const ticket = await desks.show('7102', 'desk');
    const answer = ticket.messages.find(
      (message) => message.direction === 'out' && !message.automatic,
    );
    expect(answer).toMatchObject({ delivery: 'bounced' });
    expect(ticket.messages.at(-1)).toMatchObject({
      trust: 'automatic',
      report: {
        isProven: true,
        recipients: [{ address: GONE, action: 'failed', status: '5.1.1' }],
      },
    });
    const page = await desks.robot(['ticket', 'show', '7102'], 'desk');
    expect(page).toContain(`[could not be delivered to ${GONE}, 5.1.1`);
    expect(await desks.robot(['address', 'list'], 'desk')).toContain('stopped');
    await expect(desks.robot(['ticket', 'reply', '7102', '-m', 'x'], 'desk')).rejects.toThrow(
      /address clear/,
    );
    expect(await desks.list('desk')).toHaveLength(1);
  });

  test.each(robots)('two robots fall silent: %s', async (how) => {
    const relay = join(desks.dir, 'relay');
    writeFileSync(relay, RELAY);
    chmodSync(relay, 0o755);
    const sendmail = how === 'marked' ? postfix.sendmail : [relay, how, ...postfix.sendmail];
    for (const desk of ['desk', 'other']) {
      await desks.make(`${desk}.${how}`, sendmail, desk === 'other' ? ['--prefix', 'OTHER'] : []);
    }
    desks.configure(`other.${how}`, (config) => ({
      ...config,
      domain: OTHER,
      queues: [{ prefix: 'OTHER', address: 'help', name: 'Help' }],
    }));
    desks.use('desk', `desk.${how}`);
    desks.use('other', `other.${how}`);
    const before = delivered();
    await send(`help@${OTHER}`, `new@${DOMAIN}`, 'are you there?');
    await queueIsEmpty();
    const mails = delivered() - before;
    console.log(`two robots, ${how}: ${mails} mails until silence, the first one included`);
    expect(mails).toBeGreaterThan(1);
    expect(mails).toBeLessThanOrEqual(MOST[how]);
    expect(postfix.log()).not.toContain('too many hops');
  });

  const delivered = () => postfix.log().match(/relay=local, .*status=sent/g)?.length ?? 0;
  const MOST = { marked: 2, unmarked: 4, everything: 12 } as const;
});
