/**
 * What an MTA makes of a command's end (pipe_command and sys_exits of Postfix 3.7):
 * taken, to be tried again, or refused for good; as an SMTP reply.
 *
 * Where the output of a command that failed begins with an enhanced status code
 * (RFC 3463), that code is believed before the exit status. A command that dies by
 * a signal, or cannot be run at all, is to be tried again; one that outlives its
 * time is refused. Of several recipients of one mail the worst fate is answered,
 * where one answer is all there is; a deferral comes first, since the mail then
 * stays with the sender and no part of it is lost. Pure.
 */
import type { ProgramEnd } from '../runtime/programs.ts';

export interface Fate {
  readonly reply: 250 | 451 | 554;
  /** RFC 3463. */
  readonly status: string;
  readonly text: string;
}

const TAKEN: Fate = { reply: 250, status: '2.0.0', text: 'delivered to command' };

const EXITS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [64, ['5.3.0', 'command line usage error']],
  [65, ['5.6.0', 'data format error']],
  [66, ['5.3.0', 'cannot open input']],
  [67, ['5.1.1', 'user unknown']],
  [68, ['5.1.2', 'host name unknown']],
  [69, ['5.3.0', 'service unavailable']],
  [70, ['5.3.0', 'internal software error']],
  [71, ['4.3.0', 'system resource problem']],
  [72, ['5.3.0', 'critical OS file missing']],
  [73, ['5.2.0', "can't create user output file"]],
  [74, ['5.3.0', 'input/output error']],
  [75, ['4.3.0', 'temporary failure']],
  [76, ['5.5.0', 'remote error in protocol']],
  [77, ['5.7.0', 'permission denied']],
  [78, ['5.3.5', 'local configuration error']],
]);

const CODE = /^([245]\.\d{1,3}\.\d{1,3})\s(.*)$/;

export function fateOf(end: ProgramEnd): Fate {
  switch (end.type) {
    case 'signal':
      return refused('4.3.0', `command died with ${end.signal}`);
    case 'timeout':
      return refused('5.3.0', 'command time limit exceeded');
    case 'not-run':
      return refused('4.3.0', `command could not be run: ${end.reason}`);
    case 'exit':
      return end.code === 0 ? TAKEN : fateOfExit(end.code, end.output);
  }
}

function fateOfExit(code: number, output: string): Fate {
  const said = output.replace(/[^\x20-\x7e]+/g, ' ').trim();
  const [, status, words = ''] = CODE.exec(said) ?? [];
  if (status !== undefined)
    return refused(status.startsWith('2') ? '5.0.0' : status, words.trimStart());
  const [known, meaning] = EXITS.get(code) ?? ['5.3.0', `command died with status ${code}`];
  return refused(known, said === '' ? meaning : `${meaning}. Command output: ${said}`);
}

const MAX_REPLY_CHARACTERS = 400;

export function refused(status: string, text: string): Fate {
  return {
    reply: status.startsWith('4') ? 451 : 554,
    status,
    text: text.slice(0, MAX_REPLY_CHARACTERS),
  };
}

export function worst(fates: readonly Fate[]): Fate {
  const of = (reply: Fate['reply']) => fates.find((fate) => fate.reply === reply);
  return of(451) ?? of(554) ?? TAKEN;
}
