/** Who gets an answer of the staff: whom its author was shown, and nobody else. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
/** Nic has asked; the ticket was passed to Eve, who has answered, and was let in. */
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'My tablet, number 4711, has stopped. My address is 1 Main Street.' });
  await desk.act(7102, { type: 'forward', to: EVE, text: 'Can you repair it?' }, 'bob');
  await desk.deliver({
    ...{ from: EVE, to: 'support-7102', answers: desk.lastTo(EVE).id },
    text: 'We can, for 100 EUR. Do not tell him our price.',
  });
  for (const { id } of desk.held()) await desk.release(id);
});

const ofEve = () => desk.to(BOB).find(({ text }) => text.includes('for 100 EUR'));
const ofNic = () => desk.to(BOB).find(({ text }) => text.includes('number 4711'));
const answer = (
  text: string,
  to: { readonly replyTo: string; readonly id: string | null } | undefined,
) => desk.deliver({ from: BOB, to: to?.replyTo ?? '', answers: to?.id ?? null, text });

describe('an answer to the mail of somebody who is not on the ticket', () => {
  test('goes to them and to nobody else, as the notification says', async () => {
    expect(ofEve()?.text).toContain(`An answer to this mail goes to ${EVE} and to nobody else.`);
    const came = await answer('Please repair it.', ofEve());
    expect(came.letters.filter(({ to }) => to !== BOB).map(({ to }) => to)).toEqual([EVE]);
    expect(desk.to(NIC)).toHaveLength(1);
    expect(desk.ticket(7102)).toMatchObject({ status: 'new' });
  });

  test('also if others are on the ticket', async () => {
    await desk.order(7102, `cc +${KAY}`);
    const came = await answer('Please repair it.', ofEve());
    expect(came.letters.filter(({ to }) => to !== BOB).map(({ to }) => to)).toEqual([EVE]);
  });

  test('and shows them nothing of the customer that they were not sent', async () => {
    await desk.deliver({
      to: 'support-7102',
      text: 'And my neighbour lets you in on Mondays at nine in the morning.',
    });
    const came = await answer(
      'He says: And my neighbour lets you in on Mondays at nine in the morning.',
      ofEve(),
    );
    expect(came.end).toBe('returned');
    expect(desk.to(EVE)).toHaveLength(1);
  });
});

describe('"cc +" puts them on the ticket', () => {
  const participants = () => desk.ticket(7102).participants.map(({ address }) => address);

  test('in the first line of an answer, which goes to them alone', async () => {
    expect(ofEve()?.text).toContain('"cc +" in its first line puts them on the ticket.');
    const { id, replyTo } = ofEve() ?? {};
    const text = 'cc +\n\nPlease repair it.';
    await desk.deliver({ from: BOB, login: 'bob', to: replyTo ?? '', answers: id ?? null, text });
    expect(participants()).toEqual([EVE]);
    expect(desk.lastTo(EVE).text).toBe('Please repair it.\n');
    expect(desk.to(NIC)).toHaveLength(1);
  });

  test('as the whole answer, although another has written since', async () => {
    await desk.act(7102, { type: 'forward', to: KAY, text: 'And you?' }, 'bob');
    const answers = desk.lastTo(KAY).id;
    await desk.deliver({ from: KAY, to: 'support-7102', answers, text: 'Yes.' });
    const { id, replyTo } = ofEve() ?? {};
    const mail = { from: BOB, login: 'bob', to: replyTo ?? '', answers: id ?? null };
    await desk.deliver({ ...mail, text: 'cc +' });
    expect(participants()).toEqual([EVE]);
  });

  test('in a terminal: whoever wrote last and is not on it; if nobody, it is refused', async () => {
    await desk.order(7102, 'cc +');
    expect(participants()).toEqual([EVE]);
    await expect(desk.order(7102, 'cc +')).rejects.toThrow('is on SUPPORT-7102 already');
  });
});

describe.each(['cc +', 'requester +'])('"%s" means the writer of the mail answered', (word) => {
  const people = () => {
    const { requester, participants } = desk.ticket(7102);
    return [requester, ...participants].map((person) => person?.address);
  };
  const say = (text: string, to: { readonly replyTo: string; readonly id: string | null }) =>
    desk.deliver({ from: BOB, login: 'bob', to: to.replyTo, answers: to.id, text });

  test.each([
    ['alone', ''],
    ['with words below it', '\n\nHere is your number, Eve.'],
  ])('and nobody else if they were put on the ticket meanwhile: %s', async (_, below) => {
    const shown = ofEve() ?? desk.lastTo(BOB);
    await desk.act(7102, { type: 'forward', to: KAY, text: 'And you?' }, 'bob');
    const answers = desk.lastTo(KAY).id;
    await desk.deliver({ from: KAY, to: 'support-7102', answers, text: 'Yes.' });
    await say(word, shown);
    const before = people();
    expect(before).toContain(EVE);
    const sent = desk.to(KAY).length;
    const came = await say(`${word}${below}`, shown);
    expect(came.end).toBe('returned');
    expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
    expect(came.letters[0]?.text).toContain(`${EVE}, who is on SUPPORT-7102 already`);
    expect(people()).toEqual(before);
    expect(desk.to(KAY)).toHaveLength(sent);
  });

  test('also if that is the customer, and another wrote last', async () => {
    const came = await say(word, ofNic() ?? desk.lastTo(BOB));
    expect(came.letters[0]?.text).toContain(`${NIC}, who is on SUPPORT-7102 already`);
    expect(people()).toEqual([NIC]);
  });
});

test('an answer to the customer’s own mail still goes to the customer', async () => {
  const came = await answer('It will take a week.', ofNic());
  expect(came.letters.filter(({ to }) => to !== BOB).map(({ to }) => to)).toEqual([NIC]);
});

test('the words of the other are not for the customer', async () => {
  const came = await answer('We can, for 100 EUR. Do not tell him our price.', ofNic());
  expect(came.end).toBe('returned');
  expect(desk.everythingTo(NIC)).not.toContain('100 EUR');
});

test('an answer that names no mail comes back if it could be to either', async () => {
  await desk.deliver({ to: 'support-7102', text: 'Any news?' });
  const came = await desk.deliver({
    ...{ from: BOB, to: ofEve()?.replyTo ?? '', answers: null },
    text: 'Please repair it.',
  });
  expect(came.end).toBe('returned');
  expect(desk.lastTo(BOB).text).toContain(EVE);
  expect(desk.to(EVE)).toHaveLength(1);
  expect(desk.to(NIC)).toHaveLength(1);
});

describe('an answer from an address of theirs that is not listed', () => {
  const AT_HOME = 'bob@home.example';
  const atHome = () =>
    desk.deliver({
      from: AT_HOME,
      to: ofNic()?.replyTo ?? '',
      answers: ofNic()?.id ?? null,
      text: 'It takes a week.',
    });

  test('is held, and the person to whom the reply address belongs lets it out as their answer', async () => {
    const came = await atHome();
    expect(came.end).toBe('held');
    expect(desk.to(NIC)).toHaveLength(1);
    const asked = desk.lastTo(BOB);
    expect(asked.text).toContain(AT_HOME);
    expect(asked.text).toContain('> It takes a week.');
    await desk.deliver({ from: BOB, to: asked.replyTo, text: 'send' });
    expect(desk.lastTo(NIC).text).toBe('It takes a week.\n');
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'out', by: 'bob' });
    // Once.
    await desk.deliver({ from: BOB, to: asked.replyTo, text: 'send' });
    expect(desk.to(NIC)).toHaveLength(2);
  });

  test('is not let out by a machine, or by whoever wrote it', async () => {
    await atHome();
    const asked = desk.lastTo(BOB);
    await desk.deliver({ from: AT_HOME, to: asked.replyTo, text: 'send' });
    await desk.deliver({ from: EVE, to: asked.replyTo, text: 'send' });
    await desk.deliver({
      from: BOB,
      to: asked.replyTo,
      text: 'send',
      more: 'Auto-Submitted: auto-replied\n',
    });
    expect(desk.to(NIC)).toHaveLength(1);
  });

  test('goes out as the answer, also if a colleague releases it', async () => {
    await atHome();
    const [held] = desk.held();
    await desk.release(held?.id ?? 0);
    expect(desk.lastTo(NIC).text).toBe('It takes a week.\n');
  });

  test('becomes a note or a message, if somebody says so', async () => {
    await atHome();
    await desk.release(desk.held()[0]?.id ?? 0, 'admin', 'note');
    expect(desk.to(NIC)).toHaveLength(1);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'internal', by: 'bob' });
    await atHome();
    await desk.release(desk.held()[0]?.id ?? 0, 'admin', 'message');
    expect(desk.to(NIC)).toHaveLength(1);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'in', trust: 'claimed' });
  });

  test('a stranger’s mail becomes an answer of whoever lets it in, if they are of the staff', async () => {
    await desk.deliver({
      from: EVE,
      to: 'support-7102',
      text: 'Here is the manual.',
      id: '<m@x.example>',
    });
    const [held] = desk.held();
    await expect(desk.release(held?.id ?? 0, 'root', 'answer')).rejects.toThrow(
      'cannot become an answer',
    );
    await desk.release(held?.id ?? 0, 'kim', 'answer');
    expect(desk.lastTo(NIC).text).toBe('Here is the manual.\n');
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'out', by: 'kim' });
  });

  test('is nothing that anybody is asked about if our own MTA calls it forged', async () => {
    const before = desk.to(BOB).length;
    await desk.deliver({
      ...{ from: AT_HOME, to: ofNic()?.replyTo ?? '', text: 'x' },
      results: 'dmarc=fail header.from=home.example',
    });
    expect(desk.to(BOB)).toHaveLength(before);
  });
});
