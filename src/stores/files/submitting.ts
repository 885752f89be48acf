/** Hands a mail over by SMTP, in this process: the claim is its own (own-claims.ts). */
import { randomBytes } from 'node:crypto';
import { handOverBySmtp } from '../../journal/hand-over.ts';
import type { HandOver, Submit, UnsentMail } from '../../journal/outbox.ts';
import { untilPatienceEnds } from '../../journal/patience.ts';
import { type OwnAttempt, submitted } from '../../journal/submitting.ts';
import type { Sum } from '../../ticket/mail.ts';
import type { Submitted } from '../../ticket/submitted.ts';
import { close } from '../disk/disk.ts';
import { piecesOf } from '../disk/read-pieces.ts';
import type { OpenMail } from './copies.ts';
import { lostLine } from './hand-over.ts';
import type { Outbox } from './outbox.ts';

export async function bySmtp(
  mail: UnsentMail,
  { fd, size, sum }: OpenMail,
  submit: Submit,
  patienceMs: number,
  outbox: Outbox,
): Promise<HandOver> {
  const going = submitted(mail, size, submit, () => begun(mail, fd, sum, outbox));
  return untilPatienceEnds(
    going.finally(() => close(fd)),
    patienceMs,
  );
}

/** null if somebody else has the mail, or it has gone. */
async function begun(
  mail: UnsentMail,
  mailFd: number,
  sum: Sum | null,
  outbox: Outbox,
): Promise<OwnAttempt | null> {
  const mark = randomBytes(8).toString('hex');
  const { claim, own, sync, isWaiting, removeLeft } = await outbox.forOwn(mail);
  const fd = own.take(claim, beginLine(mark, sum));
  if (fd === null) return null;
  const end = (how: Submitted) => own.end(fd, claim, endLines(mark, how));
  let isOurs: boolean;
  try {
    // From here on a power cut leaves the question whether it has begun.
    await sync();
    isOurs = isWaiting();
  } catch (error) {
    end({ end: 'failed', reason: 'its claim could not be written' });
    throw error;
  }
  if (!isOurs) {
    end({ end: 'taken' });
    removeLeft();
    return null;
  }
  return {
    octets: () => piecesOf(mailFd),
    end: (how) => {
      end(how);
      return handOverBySmtp(how);
    },
  };
}

/** The lines of the claim file (hand-over.ts). */
function beginLine(mark: string, sum: Sum | null): string {
  return sum === null ? `begun ${mark}\n` : `begun ${mark} ${sum.size} ${sum.sha256}\n`;
}

function endLines(mark: string, submitted: Submitted): string {
  switch (submitted.end) {
    case 'taken':
      return `\n${mark} 0\n`;
    case 'rejected': {
      const of = submitted.isOfRecipient ? 'recipient' : 'mail';
      const said = `rejected ${of} ${submitted.status} ${submitted.reason}`;
      return `\n${mark} ${said}\n${mark} ${EXIT_OF.rejected}\n`;
    }
    case 'failed':
      return `\n${mark} failed ${submitted.reason}\n${mark} ${EXIT_OF.failed}\n`;
    case 'unknown':
      return lostLine(mark);
  }
}

/** EX_NOUSER and EX_TEMPFAIL of sysexits(3). */
const EXIT_OF = { rejected: 67, failed: 75 } as const;
