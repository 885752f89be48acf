/**
 * A mail as its robot is given it: as it came, or, of one that a signature proves, what that is
 * about, as a mail of its own. Of the rest of such a mail the robot sees nothing: no Subject, From,
 * Message-ID, sender or attachment that is not signed.
 */
import { type DeliveryContext, read } from '../intake/delivery-context.ts';
import { receive } from '../intake/receive.ts';
import type { Incoming } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import { provenPart, withoutFirstLine } from '../pgp/prove.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Decision } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';

export interface GivenMail {
  readonly run: RobotRun;
  readonly message: ParsedMessage;
  readonly decision: Decision;
}

/** `octets`: those of the mail; `incoming` gets what the robot may have of them. */
export async function givenMail(
  run: RobotRun,
  decision: Decision,
  octets: AsyncIterable<Uint8Array>,
  incoming: Incoming,
  { config, reader }: Pick<DeliveryContext, 'config' | 'reader'>,
): Promise<GivenMail> {
  const { signed } = run;
  const given = signed === undefined ? octets : signedOf(octets, run);
  const received = await receive(given, incoming, config);
  if (received === null) throw new Failure('store-damaged', `${run.raw} is empty`);
  const message = await read(received, incoming, { config, reader });
  if (signed === undefined) return { run, message, decision };
  return {
    run: { ...run, subject: message.subject },
    message: { ...withoutFirstLine(message), from: run.from },
    decision: { ...decision, sender: null },
  };
}

async function* signedOf(
  octets: AsyncIterable<Uint8Array>,
  { raw, signed }: RobotRun,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of octets) chunks.push(chunk);
  const part = signed === undefined ? null : provenPart(Buffer.concat(chunks), signed);
  if (part === null) throw new Failure('store-damaged', `${raw} is not what was signed`);
  yield part;
}
