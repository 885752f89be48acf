/** Whom a customer had in copy: shown to the staff, and answered if they answer to all. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, DOMAIN, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const BOSS = 'boss@ferrier.example';
const LEE = 'lee@ferrier.example';
const COPIES = `Cc: The Boss <${BOSS}>, ${LEE}, new@${DOMAIN}, ${KIM}, no-reply@shop.example\n`;

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'My tablet has stopped.', more: COPIES });
});
const told = () => desk.lastTo(BOB);
/** The address in the Cc of what Bob was sent. */
const forAll = (letter = told()) => /<([^<>@]+@[^<>]+)>/.exec(letter.field('Cc') ?? '')?.[1] ?? '';
const toPeople = (letters: readonly { readonly to: string }[]) =>
  letters.map(({ to }) => to).filter((to) => to !== BOB && to !== KIM);
const answer = (mail: Mail, letter = told()) =>
  desk.deliver({ from: BOB, to: letter.replyTo, answers: letter.id, ...mail });
const replyAll = (text: string) =>
  answer({ text, more: `Cc: ${told().field('Cc')}\n`, id: '<all@home.example>' });

test('the staff see who they are, and how they are answered', () => {
  expect(told().text).toContain(`An answer to this mail goes to ${NIC}.
In copy: ${BOSS}
In copy: ${LEE}
"Reply to all" reaches them as well.`);
  expect(told().field('Cc')).toMatch(/^"?and The Boss, lee@ferrier.example"? <support-7102-k-/);
});

test('the acknowledgement goes to the writer alone', () => {
  expect(toPeople(desk.letters)).toEqual([NIC]);
});

test('an answer is to the writer', async () => {
  const came = await answer({ text: 'Send it in.' });
  expect(toPeople(came.letters)).toEqual([NIC]);
});

describe('an answer to all', () => {
  test('goes to them, too, each with a mail that names the others', async () => {
    const came = await replyAll('Send it in.');
    expect(came.end).toBe('carried-out');
    expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
    const [first] = came.letters.filter(({ to }) => to === NIC);
    expect(first?.field('Cc')).toContain(BOSS);
    expect(first?.text.trim()).toBe('Send it in.');
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending', participants: [] });
  });

  test('comes by both addresses, and is carried out once', async () => {
    const mail = { text: 'Send it in.', more: `Cc: ${told().field('Cc')}\n` };
    const both = { ...mail, id: '<all@home.example>', queueId: 'Q77' };
    const address = forAll();
    const letter = told();
    await answer(both, letter);
    const before = desk.letters.length;
    const again = await answer({ ...both, rcpt: address }, letter);
    expect(again.end).toBe('duplicate');
    expect(desk.letters).toHaveLength(before);
  });

  test('by the second address alone is the same', async () => {
    const came = await answer({ text: 'Send it in.', to: forAll() });
    expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
  });

  test.each([
    ['to its writer', () => NIC, () => `${told().field('Cc')}, <${told().replyTo}>`],
    ['with its writer in copy', () => told().replyTo, () => `${NIC}, ${told().field('Cc')}`],
    ['to the writer alone', () => told().replyTo, () => NIC],
  ])('that has gone %s by itself is asked about, and never silent', async (_, to, cc) => {
    const letter = told();
    const mail = { to: to(), rcpt: letter.replyTo, more: `Cc: ${cc()}\n`, id: '<by@home.example>' };
    const came = await answer({ ...mail, text: 'It is in the post.' }, letter);
    expect(came.end).toBe('returned');
    expect(toPeople(came.letters)).toEqual([]);
    expect(told().text).toContain(`It names ${NIC} in To or Cc`);
    expect(told().text).not.toContain('nobody else has got it');
    const isForAll = mail.more.includes('support-7102-k-');
    const sent = await desk.deliver({ from: BOB, to: told().replyTo, text: 'send' });
    expect(toPeople(sent.letters)).toEqual(isForAll ? [NIC, BOSS, LEE] : [NIC]);
  });

  test('can be a note, which nobody gets', async () => {
    const came = await replyAll('note\n\nThey have paid.');
    expect(toPeople(came.letters)).toEqual([]);
  });

  test('by an address that was given to somebody else is not believed', async () => {
    const came = await desk.deliver({
      ...{ from: NIC, to: 'support-7102', text: 'Hm.', more: `Cc: <${forAll()}>\n` },
      id: '<mine@ferrier.example>',
    });
    expect(toPeople(came.letters)).toEqual([]);
  });

  test('to the next mail goes to whom that one had in copy', async () => {
    const more = `Cc: ${LEE}\n`;
    await desk.deliver({
      to: 'support-7102',
      text: 'And now?',
      answers: desk.lastTo(NIC).id,
      more,
    });
    const came = await replyAll('Send it in.');
    expect(toPeople(came.letters)).toEqual([NIC, LEE]);
  });

  test('brings back what they say to it', async () => {
    await replyAll('Send it in.');
    const letter = desk.lastTo(BOSS);
    const came = await desk.deliver({
      ...{ from: BOSS, to: letter.replyTo || 'support-7102', answers: letter.id },
      more: `Cc: ${NIC}\n`,
      text: 'I have.',
    });
    expect(came.end).toBe('appended');
    expect(desk.tickets()).toHaveLength(1);
    expect(toPeople(came.letters)).toEqual([]);
    // Bob's answer to it goes to the boss; to all, to Nic as well.
    expect(told().text).toContain(`goes to ${BOSS} and to nobody else`);
    expect(told().text).toContain(`In copy: ${NIC}\n`);
    expect(toPeople((await answer({ text: 'Thank you.' })).letters)).toEqual([BOSS]);
  });
});

describe('copies', () => {
  const deskWith = async (copies: string) => {
    desk = new Desk({ copies });
    await desk.deliver({ text: 'My tablet has stopped.', more: COPIES });
  };

  test('none: they are shown, and no answer reaches them', async () => {
    await deskWith('none');
    expect(told().text).toContain(`In copy: ${BOSS}\nIn copy: ${LEE}\n`);
    expect(told().text).not.toContain('Reply to all');
    expect(told().field('Cc')).toBeNull();
  });

  test('all: each answer goes to them', async () => {
    await deskWith('all');
    expect(told().text).toContain(`with copies to ${BOSS} and ${LEE}.`);
    const came = await answer({ text: 'Send it in.' });
    expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
    // What goes out by itself does not.
    expect(desk.to(BOSS)).toHaveLength(1);
  });
});

test('more than ten are not answered', async () => {
  const many = Array.from({ length: 15 }, (_, n) => `p${n}@many.example`);
  await desk.deliver({ from: 'kay@many.example', text: 'Hello', more: `Cc: ${many.join(', ')}\n` });
  const came = await replyAll('Hello all.');
  expect(toPeople(came.letters)).toHaveLength(11);
  expect(desk.to(BOB).some(({ text }) => text.includes('5 more in copy are reached by no'))).toBe(
    true,
  );
});

describe('a mail in the customer’s name that proves nothing', () => {
  const forged = { to: 'support-7102', text: 'Please send me the contract.' };

  test('opens no way to people of its author', async () => {
    await desk.deliver({ ...forged, more: 'Cc: eve@evil.example\n' });
    expect(told().text).toContain('Please send me the contract.');
    expect(told().field('Cc')).toBeNull();
    const came = await answer({ text: 'Here it is.', more: `Cc: <${forAllOf('stopped')}>\n` });
    expect(came.letters.map(({ to }) => to)).not.toContain('eve@evil.example');
  });

  test('does not change whom an answer to an older mail reaches', async () => {
    const older = told();
    await desk.deliver({ ...forged, more: 'Cc: eve@evil.example\n' });
    const came = await answer(
      { text: 'It is on its way.', more: `Cc: ${older.field('Cc')}\n` },
      older,
    );
    expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
  });
});

/** The address for all in the mail to Bob that shows these words. */
function forAllOf(words: string): string {
  return forAll(desk.to(BOB).find(({ text }) => text.includes(words)));
}

test('an answer to all that names no mail comes back if it could be for others', async () => {
  await desk.deliver({ to: 'support-7102', text: 'And now?', answers: desk.lastTo(NIC).id });
  const came = await desk.deliver({ from: BOB, to: forAllOf('stopped'), text: 'Send it in.' });
  expect(came.end).toBe('returned');
  expect(told().text).toContain('does not say which mail it answers');
});

test('who gets the ticket answers the mail that it came with', async () => {
  await desk.order(7102, `assign ${KIM}`, 'bob');
  const given = desk.lastTo(KIM);
  await desk.deliver({ to: 'support-7102', text: 'And now?', answers: desk.lastTo(NIC).id });
  const came = await desk.deliver({
    ...{ from: KIM, to: given.replyTo, answers: given.id, text: 'Send it in.' },
    more: `Cc: <${forAll(given)}>\nReferences: ${given.field('References') ?? ''} ${given.id}\n`,
  });
  expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
});

describe('an answer to all that comes back', () => {
  test('can be put right, and is to all again', async () => {
    const came = await replyAll('Hello Kim, send it in.');
    expect(came.end).toBe('returned');
    const back = told();
    expect(back.text).toContain(`"Reply to all" reaches ${BOSS}, ${LEE} as well.`);
    const again = await desk.deliver({
      ...{ from: BOB, to: back.replyTo, answers: back.id, text: 'Hello Nic, send it in.' },
      more: `Cc: ${back.field('Cc')}\nReferences: ${back.field('References')} ${back.id}\n`,
    });
    expect(toPeople(again.letters)).toEqual([NIC, BOSS, LEE]);
  });

  test('goes to all if it was meant', async () => {
    await replyAll('Hello Kim, send it in.');
    const came = await desk.deliver({
      ...{ from: BOB, to: told().replyTo, answers: told().id, text: 'send' },
    });
    expect(toPeople(came.letters)).toEqual([NIC, BOSS, LEE]);
  });
});

test('what one of them was not sent does not reach them', async () => {
  await desk.deliver({
    ...{ to: 'support-7102', answers: desk.lastTo(NIC).id, more: `Cc: ${LEE}\n` },
    text: 'Between us: my boss must not know that I have lost it twice this year.',
  });
  const first = desk.to(BOB).find(({ text }) => text.includes('stopped'));
  const came = await answer(
    {
      text: 'You said: my boss must not know that I have lost it twice this year.',
      more: `Cc: <${forAllOf('stopped')}>\n`,
    },
    first,
  );
  expect(came.end).toBe('returned');
});

test('addresses of the desk and the staff in other spellings are nobody in copy', async () => {
  const others = [
    `support-7102-foo@${DOMAIN}`,
    `new-x@${DOMAIN}`,
    BOB.replace('@', '+home@'),
    NIC.toUpperCase(),
  ];
  await desk.deliver({ text: 'Hello', more: `Cc: ${others.join(', ')}\n` });
  expect(told().field('Cc')).toBeNull();
});

test('a name that looks like an address is shown as the address that it has', async () => {
  await desk.deliver({
    text: 'Hello',
    more: 'Cc: "nic@ferrier.example" <eve@evil.example>, Lee <lee@x.example>\n',
  });
  expect(told().field('Cc')).toContain('and eve@evil.example, Lee');
});

test('the mark of a relay hides nobody', async () => {
  await desk.deliver({ text: 'Hello again', more: `${COPIES}Feedback-ID: 1.eu:AmazonSES\n` });
  expect(told().text).toContain(`In copy: ${BOSS}`);
});

test('of a mail that a list has sent nobody is answered but its writer', async () => {
  const more = `${COPIES}List-Id: <all.many.example>\n`;
  await desk.deliver({ to: 'support-7102', text: 'Still broken.', more });
  expect(told().text).toContain('Still broken.');
  expect(told().field('Cc')).toBeNull();
  expect(told().text).not.toContain(BOSS);
});

test('that address goes out in no answer', async () => {
  const came = await answer({ text: `Write to ${forAll()} then.` });
  expect(came.letters.filter(({ to }) => to === NIC)[0]?.text.trim()).toBe(
    `Write to SUPPORT-7102@${DOMAIN} then.`,
  );
});
