/**
 * Mails of `mailrobot doctor --attack`, as somebody outside would forge them: each tries to be
 * taken for one of the staff, or for what the desk itself has signed. What the delivery decides
 * of each is compared with what it must never be. A replay is no forgery: a true mail of the staff,
 * sent once more. Pure.
 */
import type { Config } from '../config/config.ts';
import { type Finding, type Findings, listed } from './finding.ts';

export interface Forgery {
  readonly name: string;
  readonly to: string;
  /** Lines of the header, from its very first one. */
  readonly header: readonly string[];
  readonly text: string;
}

interface Decided {
  readonly trust: string;
  readonly intent: string;
  readonly why: string;
  /** Of the staff, as whom it would be carried out; null if as nobody. */
  readonly person: string | null;
  readonly checks: readonly string[];
  /** Why it is known for a copy of a mail that was carried out, if it is. */
  readonly copied?: string | null;
  /** It is a true mail of the staff, sent once more. */
  readonly isReplay?: true;
}

/** What was decided of it, or why it never came to a decision. */
export type Attacked = { readonly name: string } & (
  | Decided
  | { readonly refused: string }
  | { readonly lost: true }
);

const COMMAND = 'list open\nquit';

export function forgeriesFor(config: Config): readonly Forgery[] {
  const { domain, control, authservId, queues, staff } = config;
  const [queue] = queues;
  const at = (local: string) => `${local}@${domain}`;
  const person = staff[0]?.addresses[0] ?? at('postmaster');
  const personDomain = person.slice(person.lastIndexOf('@') + 1);
  const ticket = `${queue.prefix}-${queue.first}`.toLowerCase();
  const order = (name: string, above: readonly string[], to = at(control)): Forgery => ({
    ...{ name, to, text: COMMAND },
    header: [...above, `From: <${person}>`, `To: <${to}>`, 'Subject: list open'],
  });
  const result = `dmarc=pass header.from=${personDomain}`;
  const results = (field: string) => [field, `Received-SPF: pass`];
  const id = authservId ?? domain;
  const received = `Received: from x (x [192.0.2.9])\r\n\tby ${id} (Postfix) with ESMTP id 1; Fri, 2 Jan 2026 00:00:00 +0000`;
  return [
    order('a From of the staff', []),
    order('results in the first line', results(`Authentication-Results: ${id}; ${result}`)),
    order(
      'results in other letters',
      results(
        `AUTHENTICATION-results : ${id.toUpperCase()} 1; DMARC = Pass header.from=${personDomain}`,
      ),
    ),
    order(
      'results with a comment',
      results(`Authentication-Results: (x) ${id}\r\n\t(y); ${result}`),
    ),
    order('results with a quoted id', results(`Authentication-Results: "${id}"; ${result}`)),
    order('results above a Received', [`Authentication-Results: ${id}; ${result}`, received]),
    order('results below a Received', [received, `Authentication-Results: ${id}; ${result}`]),
    order('two From fields', ['From: <stranger@doctor.invalid>']),
    order('a spam mark of its own', ['X-Spam-Flag: NO', 'X-Spam-Status: No']),
    order('a percent hack', [], at(`${control}%${domain}`)),
    order(
      'an address of the staff that nobody signed',
      [],
      at(`${ticket}-a-zzzzz-${'a'.repeat(16)}`),
    ),
    order('an order behind a ticket', [], at(`${ticket}-close`)),
    {
      ...{ name: 'a From of the desk itself', to: at(queue.address), text: 'Hello' },
      header: [`From: <${at(queue.address)}>`, `To: <${at(queue.address)}>`, 'Subject: hello'],
    },
  ];
}

/** Spellings of one field, each of which a line of header_checks must find. */
export function forgedResults(id: string): readonly string[] {
  const says = 'dmarc=pass header.from=doctor.invalid';
  return [
    `Authentication-Results: ${id}; ${says}`,
    `authentication-results : (x) ${id.toUpperCase()} 1; ${says}`,
    `Authentication-Results: "${id}"; ${says}`,
  ];
}

const UNPROVEN: readonly string[] = ['automatic', 'claimed'];

export function attackFindings(attacks: readonly Attacked[], { file }: Config): Findings {
  const believed = attacks.flatMap((one): Findings => {
    if (!('trust' in one) || isHarmless(one)) return [];
    return [
      {
        ...{ id: 'attack-believed', level: 'critical' },
        what: `A forged mail would be believed: ${one.name}.`,
        why: `Its trust would be ${one.trust}: ${one.why}.${
          one.person === null ? '' : ` It would be carried out as ${one.person}'s.`
        }`,
        mend: [
          `# look at authservId, authResults, ownHosts and relays in ${file}, and at what`,
          '# writes Authentication-Results on the way; then: mailrobot doctor --attack',
        ],
      },
    ];
  });
  const lost = attacks.filter((one) => 'lost' in one).map(({ name }) => name);
  const unheard: Finding = {
    ...{ id: 'attack-lost', level: 'warning' },
    what: `Nothing was heard of some forged mail: ${listed(lost)}.`,
    why: 'Postfix has taken it, and it did not come to the desk in time. When it comes it is still known, and nothing becomes of it.',
    mend: ['postqueue -p   # does it wait there, and why?'],
  };
  return [...believed, ...(lost.length > 0 ? [unheard] : [])];
}

/** A replay proves what its author proved, and is nobody's order all the same. */
function isHarmless({ trust, person, copied = null, isReplay }: Decided): boolean {
  if (isReplay && copied !== null) return true;
  return UNPROVEN.includes(trust) && person === null;
}

/** In a line: what has become of it. */
export function fateOf(attacked: Attacked): string {
  if ('refused' in attacked) return `refused by Postfix: ${attacked.refused}`;
  if ('lost' in attacked) return 'nothing was heard of it';
  const { trust, intent, person, checks, copied = null, isReplay } = attacked;
  if (isReplay && copied !== null) return `would not be carried out again: ${copied} (${trust})`;
  const against = checks.length === 0 ? '' : `; ${checks.join(', ')} spoke`;
  const fate = person === null ? (FATES[intent] ?? intent) : `WOULD BE CARRIED OUT for ${person}`;
  return `${fate} (${trust}${against})`;
}

const FATES: Readonly<Record<string, string>> = {
  open: 'would open a ticket',
  append: 'would be appended',
  hold: 'would be held',
  record: 'would only be recorded',
  control: 'would be told that it may not',
  help: 'would get the help text',
};
