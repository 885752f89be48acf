/**
 * Step 5: is this mail from a person? Named checks, in order, first hit wins.
 *
 * A hit means that a machine wrote the mail: it is kept and gets no answer of
 * any kind (RFC 3834 2; RFC 5230 4.6). The verdict carries the check's name
 * and its evidence, so that the decision can be explained. Pure.
 */

import { fieldValue, type HeaderField } from '../message/header.ts';
import { ticketOfAddress } from '../ticket/id.ts';
import { sameAddress } from '../ticket/ticket.ts';
import type { Envelope } from './envelope.ts';

export interface GuardInput {
  readonly envelope: Envelope;
  readonly fields: readonly HeaderField[];
  readonly from: string | null;
  readonly domain: string;
  readonly prefixes: readonly string[];
  /** Addresses where new tickets come in. */
  readonly queueAddresses: readonly string[];
}

export interface Verdict {
  readonly check: string;
  readonly evidence: string;
}

interface Check {
  readonly name: string;
  /** The evidence, or null where the check has nothing against the mail. */
  readonly test: (input: GuardInput) => string | null;
}

const CHECKS: readonly Check[] = [
  {
    name: 'null-sender',
    test: ({ envelope }) => (envelope.sender === '' ? 'the envelope sender is null' : null),
  },
  {
    name: 'mailer-daemon',
    test: ({ envelope, from }) => {
      const daemon = [envelope.sender, from].find((address) => DAEMON.test(address ?? ''));
      return typeof daemon === 'string' ? `it comes from ${daemon}` : null;
    },
  },
  {
    name: 'auto-submitted',
    test: ({ fields }) => {
      const field = fields.find(
        ({ name, value }) => name === 'auto-submitted' && keyword(value) !== 'no',
      );
      return field === undefined ? null : `Auto-Submitted: ${field.value}`;
    },
  },
  {
    name: 'report',
    test: ({ fields }) => {
      const value = fieldValue(fields, 'content-type');
      return value !== null && keyword(value) === 'multipart/report'
        ? `Content-Type: ${value}`
        : null;
    },
  },
  {
    name: 'list',
    test: ({ fields }) => {
      const field = fields.find(({ name }) => name.startsWith('list-') || name === 'mailing-list');
      return field === undefined ? null : `${field.name}: ${field.value}`;
    },
  },
  {
    name: 'precedence',
    test: ({ fields }) => {
      const value = fieldValue(fields, 'precedence');
      return value !== null && /^(bulk|list|junk|auto_reply)$/.test(keyword(value))
        ? `Precedence: ${value}`
        : null;
    },
  },
  {
    name: 'auto-response',
    test: ({ fields }) => {
      const field = fields.find(
        ({ name, value }) =>
          name === 'x-autoreply' ||
          name === 'x-autorespond' ||
          (name === 'x-auto-response-suppress' && /\b(all|oof|autoreply)\b/i.test(value)),
      );
      return field === undefined ? null : `${field.name}: ${field.value}`;
    },
  },
  {
    name: 'loop-mark',
    test: ({ fields, queueAddresses }) => {
      const mark = fields.find(
        ({ name, value }) =>
          name === 'x-loop' && queueAddresses.some((own) => sameAddress(own, value)),
      );
      return mark === undefined ? null : `X-Loop: ${mark.value}`;
    },
  },
  {
    name: 'own-mail',
    test: ({ envelope, from, domain, prefixes, queueAddresses }) => {
      const ours = [envelope.sender, from].find(
        (address) =>
          typeof address === 'string' &&
          (queueAddresses.some((own) => sameAddress(own, withoutExtension(address))) ||
            ticketOfAddress(address, domain, prefixes) !== null),
      );
      return typeof ours === 'string' ? `it comes from our own address ${ours}` : null;
    },
  },
];

/** Senders of reports and of list software (RFC 3834 2, RFC 5321 6.1). */
const DAEMON = /^(mailer-daemon|postmaster|owner-[^@]*|[^@]*-(owner|request|bounces))@/i;

/** The value without comments and parameters, in lower case. */
function keyword(value: string): string {
  const plain = value.replace(/\([^()]*\)/g, ' ').split(';')[0] ?? '';
  return plain.trim().toLowerCase();
}

function withoutExtension(address: string): string {
  return address.replace(/^([^@+-]+)[+-][^@]*@/, '$1@');
}

export function guard(input: GuardInput): Verdict | null {
  for (const check of CHECKS) {
    const evidence = check.test(input);
    if (evidence !== null) return { check: check.name, evidence };
  }
  return null;
}
