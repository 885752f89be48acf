/** Whatever a mail names, is sent to and says, all that its decision asks was gathered. */
import { expect, test } from 'vitest';
import { sentAddress, staffAddress } from '../../src/addresses/signed-address.ts';
import { signedMessageId } from '../../src/addresses/signed-id.ts';
import { answeredDesk, confirmingAt, TICKET } from '../kit/answered-desk.ts';
import { ANN, BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { KEYS } from '../kit/facts.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const TYPES = ['open', 'append', 'act', 'control', 'confirm', 'hold', 'record'];

test(`no decision asks for what was not gathered (SEED=${SEED})`, async () => {
  console.log(`decide: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const { desk } = await answeredDesk();
  await desk.deliver({ from: KAY, to: `new@${DOMAIN}` });
  await desk.deliver({ from: KAY, to: 'support-7103', text: 'more' });
  await desk.order(7102, 'merge 7103 together');
  await desk.order(7103, 'split 3');
  await desk.deliver({ from: BOB, to: TICKET, results: signedBy(BOB) });
  const [waiting] = desk.held();
  const numbers = [7102, 7103, 7104, 9999];
  const people = [
    NIC,
    KAY,
    EVE,
    BOB,
    KIM,
    ANN,
    'Nic+x@Ferrier.example',
    'x@bücher.example',
    `new@${DOMAIN}`,
  ];
  const ids = () => [
    ...desk.letters.flatMap(({ id }) => id ?? []),
    ...numbers.map((n) =>
      signedMessageId(KEYS, `SUPPORT-${n}`, choose.number(5), choose(people), DOMAIN),
    ),
    ...[
      '<own@ferrier.example>',
      '<nothing@x.example>',
      '<support-7102.1.aaaaaaaaaaaaaaaa@x.example>',
    ],
  ];
  const place = (): string => {
    const n = choose(numbers);
    const ticket = `SUPPORT-${n}` as const;
    const person = choose(['bob', 'kim', 'eve']);
    return choose([
      choose(['new', 'help', 'control', 'somebody', `new@${DOMAIN}`]),
      choose([`support-${n}`, `support-${n}-close`, `support+${n}`, `SUPPORT-${n}-note`]),
      choose(desk.letters.flatMap(({ replyTo }) => (replyTo === '' ? [] : [replyTo]))),
      staffAddress(KEYS, choose(['answer', 'note']), { ticket, person, at: desk.now }, DOMAIN),
      ...(['bounce', 'reply'] as const).map((role) => {
        const sent = { ticket, serial: choose.number(5), recipient: choose(people) };
        return sentAddress(KEYS, role, sent, DOMAIN);
      }),
      confirmingAt(desk, choose([waiting?.id ?? 0, 1, 999])),
    ]);
  };
  const field = (): string =>
    choose([
      ...['', 'Auto-Submitted: auto-replied\n', `X-Loop: new@${DOMAIN}\n`, 'Precedence: bulk\n'],
      ...[`Reply-To: ${choose(people)}\n`, `Cc: ${place()}\n`],
      `References: ${[1, 2, 3].map(() => choose(ids())).join(' ')}\n`,
      `References: ${Array.from({ length: 30 }, (_, n) => `<${n}@x.example>`).join(' ')} ${choose(ids())}\n`,
      `Content-Type: multipart/report; boundary=b\n`,
    ]);
  const intents = new Set<string>();
  // Mails that are all recorded would prove nothing.
  const hasAll = () => TYPES.every((type) => intents.has(type));
  for (let n = 0; n < roundsOf(800) || (n < 8_000 && !hasAll()); n += 1) {
    // One of them gives their word.
    const from = choose([choose(people), BOB]);
    const domain = from.split('@')[1];
    const given: Mail = {
      from,
      ...{ to: place(), more: field() + field() + choose(['', `Reply-To: ${place()}\n`]) },
      text: choose(['Hello', 'close', 'send', '', `Message-ID: ${choose(ids())}\n\nx`]),
      answers: choose([null, null, choose(ids())]),
      id: choose([null, `<r${n}@x.example>`, `<r${n}@x.example>`, choose(ids())]),
      ...choose([{}, {}, { rcpt: null }, { rcpt: place() }]),
      ...choose([{}, { sender: '' }, { sender: place() }]),
      ...choose([{}, {}, { login: 'bob' }, { login: 'eve' }]),
      ...choose([
        {},
        { results: provenFrom(from) },
        { results: `dmarc=fail header.from=${domain}` },
      ]),
      verb: choose(['any', 'new', 'reply', 'control'] as const),
    };
    desk.configure(
      choose([
        {},
        {},
        { strict: true },
        { staffProof: 'sasl' },
        { forms: [EVE] },
        { groups: ['x'] },
      ]),
    );
    const { intent } = await desk.decide(given).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(given)}`);
    });
    intents.add(intent.type);
  }
  expect([...intents]).toEqual(expect.arrayContaining(TYPES));
}, 120_000);
