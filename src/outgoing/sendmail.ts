/**
 * Hands one composed mail to the MTA: `sendmail -i -f sender -- recipient`.
 *
 * The mail is the child's stdin, straight from its file; there is no shell, and
 * `--` keeps an address from being read as an option. The child never inherits
 * our stdout or stderr, since local(8) waits for whoever holds them. Only exit
 * 0 counts as taken; a signal, a missing program or the end of `limitMs` is a
 * failure, and only the exits that blame the mail are a refusal. The null reverse-path is `<>` (sendmail(1)).
 */
import { spawn } from 'node:child_process';
import type { WaitingMail } from '../store/store.ts';

const STDERR_KEPT = 500;
/** sysexits(3) for a fault of the mail itself: usage, data, no user, no host. */
const BLAMES_THE_MAIL: readonly (number | null)[] = [64, 65, 67, 68];

export type Handover =
  | { readonly end: 'taken' }
  | { readonly end: 'refused' | 'failed'; readonly error: string };

export function handOver(
  [program, ...args]: readonly [string, ...string[]],
  { sender, recipient }: Pick<WaitingMail, 'sender' | 'recipient'>,
  descriptor: number,
  limitMs: number,
): Promise<Handover> {
  return new Promise((resolve) => {
    const from = sender === '' ? '<>' : sender;
    const child = spawn(program, [...args, '-i', '-f', from, '--', recipient], {
      stdio: [descriptor, 'ignore', 'pipe'],
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const end = (handover: Handover): void => {
      clearTimeout(limit);
      child.stderr?.destroy();
      resolve(handover);
    };
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, STDERR_KEPT);
    });
    child.on('error', (error) => end({ end: 'failed', error: error.message }));
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit ${code}` : `killed by ${signal}`;
      const error = `${program}: ${how} ${said.trim()}`.trim();
      if (code === 0) end({ end: 'taken' });
      else end({ end: BLAMES_THE_MAIL.includes(code) ? 'refused' : 'failed', error });
    });
  });
}
