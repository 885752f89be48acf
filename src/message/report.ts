/**
 * What a machine reports about a mail: that it could not be delivered (RFC 3464,
 * RFC 6533), or that it was shown to somebody (RFC 8098).
 *
 * Out of the parts of a mail that are such a report, or the mail that came back,
 * or its header alone (text/rfc822-headers, RFC 6522). Everything in it is a
 * stranger's word. Fields that are missing are null, at most RECIPIENTS are kept;
 * nothing here throws. Pure but for the addresses (node:url).
 */
import type { ReportedRecipient } from '../ticket/ticket.ts';
import { inUnicode, oneLine } from './addresses.ts';
import { fieldValue, type HeaderField, headerFields, messageIds } from './header.ts';

export interface Report {
  readonly recipients: readonly ReportedRecipient[];
  /** Message-IDs of the mails that came back or are named, in order. */
  readonly messageIds: readonly string[];
}

/** A part, decoded, or the beginning of it. */
export interface ReportPart {
  readonly type: string;
  readonly octets: Buffer;
}

const STATUS = /^message\/(global-)?delivery-status$/;
const NOTIFICATION = /^message\/(global-)?disposition-notification$/;
const RETURNED = /^(message\/(rfc822|global|global-headers)|text\/rfc822-headers)$/;

const RECIPIENTS = 20;
const REASON_LIMIT = 300;

export function isReportPart(type: string): boolean {
  return [STATUS, NOTIFICATION, RETURNED].some((kind) => kind.test(type));
}

/** null where no part is about a mail. */
export function reportOf(parts: readonly ReportPart[]): Report | null {
  const ofKind = (kind: RegExp) => parts.filter(({ type }) => kind.test(type));
  const recipients = [
    ...ofKind(STATUS).flatMap(({ octets }) => groupsOf(octets).flatMap((group) => status(group))),
    ...ofKind(NOTIFICATION).flatMap(({ octets }) => groupsOf(octets).flatMap(notification)),
  ];
  const ids = [
    ...ofKind(RETURNED).flatMap(({ octets }) => messageIds(firstGroup(octets), 'message-id')),
    ...ofKind(NOTIFICATION).flatMap(({ octets }) =>
      messageIds(firstGroup(octets), 'original-message-id'),
    ),
  ];
  if (recipients.length === 0 && ids.length === 0) return null;
  return { recipients: recipients.slice(0, RECIPIENTS), messageIds: [...new Set(ids)] };
}

/** RFC 3464 2.1: groups of fields with an empty line between them. */
function groupsOf(octets: Buffer): readonly (readonly HeaderField[])[] {
  return octets
    .toString('latin1')
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((group) => headerFields(Buffer.from(group, 'latin1')));
}

function firstGroup(octets: Buffer): readonly HeaderField[] {
  return groupsOf(octets).find((group) => group.some(({ name }) => name !== '')) ?? [];
}

/** RFC 3464 2.3: one recipient; the first group is about the mail and names none. */
function status(group: readonly HeaderField[]): readonly ReportedRecipient[] {
  const final = addressIn(fieldValue(group, 'final-recipient'));
  const original = addressIn(fieldValue(group, 'original-recipient'));
  const address = final ?? original;
  const action = fieldValue(group, 'action');
  if (address === null || action === null) return [];
  const diagnostic = fieldValue(group, 'diagnostic-code') ?? '';
  const code = enhancedStatus(fieldValue(group, 'status') ?? '', diagnostic);
  return [
    {
      address,
      ...(original !== null && original !== address && { original }),
      action:
        oneLine(action)
          .toLowerCase()
          .split(/[\s;(]/)[0] ?? '',
      status: code,
      reason: reasonIn(diagnostic, code),
    },
  ];
}

/** RFC 8098 3.2.6: `manual-action/MDN-sent-manually; displayed`. */
function notification(group: readonly HeaderField[]): readonly ReportedRecipient[] {
  const address =
    addressIn(fieldValue(group, 'final-recipient')) ??
    addressIn(fieldValue(group, 'original-recipient'));
  const disposition = fieldValue(group, 'disposition')?.split(';')[1] ?? '';
  const action = oneLine(disposition).toLowerCase().split('/')[0] ?? '';
  return address === null || action === '' ? [] : [{ address, action, status: null, reason: '' }];
}

/** `rfc822; nic@ferrier.example`: the address without its type. */
function addressIn(value: string | null): string | null {
  const address = oneLine(value?.replace(/^[^;]*;/, '') ?? '').replace(/^<(.*)>$/, '$1');
  return /^[^\s@]+@[^\s@]+$/.test(address) && address.length <= 254 ? inUnicode(address) : null;
}

/** `smtp; 550 5.1.1 user unknown`: the words, without the codes that are said already. */
function reasonIn(diagnostic: string, code: string | null): string {
  const words = oneLine(diagnostic.replace(/^[a-z0-9-]+;/i, '')).replace(/^\d{3}[ -]/, '');
  const rest = code !== null && words.startsWith(`${code} `) ? words.slice(code.length) : words;
  return rest.trim().replace(/ {2,}/g, ' ').slice(0, REASON_LIMIT);
}

const ENHANCED = /\b([245]\.\d{1,3}\.\d{1,3})\b/;

/** RFC 3463; where Status says no more than `5.0.0`, what the other host has said. */
function enhancedStatus(field: string, diagnostic: string): string | null {
  const status = ENHANCED.exec(field)?.[1] ?? null;
  const said = ENHANCED.exec(diagnostic)?.[1] ?? null;
  const isVague = status === null || status.endsWith('.0.0');
  return isVague && said !== null && (status === null || said[0] === status[0]) ? said : status;
}
