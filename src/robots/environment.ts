/**
 * What a robot has in its environment: nothing of ours, and of the mail its main values, so that a
 * few lines of shell need no JSON.
 *
 * A value has 8 KiB at most, and neither NUL nor line break nor any other control character. Names
 * are fixed, or those of holes in the config: none is made of a mail. Pure.
 */
import type { ParsedMessage } from '../reading/message.ts';
import { commandingText } from '../reading/message.ts';
import type { Decision } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Phase } from './document.ts';

export const MAX_VALUE_BYTES = 8 * 1024;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type Values = Readonly<Record<string, string>>;

export interface Account {
  readonly name: string;
  readonly home: string;
}

/** All that is of the mail. */
export function valuesFor(
  { run, robot, from, subject, trust, onTicket, signed, captures = [] }: RobotRun,
  message: Pick<ParsedMessage, 'text' | 'newLines' | 'foundLines' | 'messageId'>,
  { sender, recipients }: Pick<Decision, 'sender' | 'recipients'>,
  phase: Phase | null = null,
): Values {
  const [firstLine = ''] = commandingText(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return {
    MAILROBOT_RUN: String(run),
    MAILROBOT_ROBOT: robot,
    MAILROBOT_FROM: from?.address ?? '',
    MAILROBOT_FROM_NAME: from?.name ?? '',
    MAILROBOT_TRUST: trust,
    MAILROBOT_FINGERPRINT: signed?.fingerprint ?? '',
    MAILROBOT_SUBJECT: subject,
    MAILROBOT_FIRST_LINE: firstLine.trim(),
    MAILROBOT_MESSAGE_ID: message.messageId ?? '',
    MAILROBOT_TICKET: onTicket ?? '',
    MAILROBOT_SENDER: sender ?? '',
    MAILROBOT_RECIPIENT: recipients[0] ?? '',
    ...Object.fromEntries(
      captures.map(({ name, value }) => [`MAILROBOT_CAPTURE_${name.toUpperCase()}`, value]),
    ),
    ...(phase !== null && { MAILROBOT_PHASE: phase }),
  };
}

export function environmentFor(
  values: Values,
  { name, home, state }: Account & { readonly state: string | null },
): Values {
  return {
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plainValue(value)])),
    PATH,
    ...{ HOME: home, USER: name, LOGNAME: name, LANG: 'C.UTF-8' },
    ...(state !== null && { MAILROBOT_STATE: state }),
  };
}

/** Cut between two characters. */
export function plainValue(text: string): string {
  const plain = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  const octets = Buffer.from(plain);
  if (octets.length <= MAX_VALUE_BYTES) return plain;
  const cut = new TextDecoder().decode(octets.subarray(0, MAX_VALUE_BYTES), { stream: true });
  return cut;
}
