/** Parts in which a machine speaks about a mail (report.ts). */

/** A part, decoded, or the beginning of it. */
export interface ReportPart {
  readonly type: string;
  readonly octets: Buffer;
}

export const STATUS = /^message\/(global-)?delivery-status$/;
export const NOTIFICATION = /^message\/(global-)?disposition-notification$/;
export const RETURNED =
  /^(message\/(rfc822|rfc822-headers|global|global-headers)|text\/rfc822-headers)$/;

export function isReportPart(type: string): boolean {
  const mayBe = type.startsWith('message/') || type === 'text/rfc822-headers';
  return mayBe && [STATUS, NOTIFICATION, RETURNED].some((kind) => kind.test(type));
}
