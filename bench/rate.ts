/** How fast a Postfix delivers: mails a second, from the first one sent to the last one delivered. */
import { fstatSync, openSync, readSync, statSync } from 'node:fs';
import { execa } from 'execa';
import type { PostfixInstance } from '../test/postfix/instance.ts';

const LONGEST_MS = 600_000;

/** Their replies may be later; it ends when its log is quiet. `relay`: a pattern, of whom it hands them to. */
export async function rate(
  postfix: PostfixInstance,
  to: string,
  mails: number,
  relay = '',
): Promise<number> {
  const delivered = counter(postfix.logFile, relay);
  const begun = Date.now();
  await execa('/usr/sbin/smtp-source', [
    ...['-s', '10', '-m', String(mails), '-l', '1500', '-f', 'nic@ferrier.example'],
    ...['-t', to, `127.0.0.1:${postfix.port}`],
  ]);
  for (let count = 0; count < mails; count += delivered()) {
    if (Date.now() - begun > LONGEST_MS) throw new Error(`only ${count} of ${mails}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (Date.now() - begun) / 1000;
  for (let size = -1, now = 0; size !== now; ) {
    size = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = statSync(postfix.logFile).size;
  }
  return mails / seconds;
}

/** Deliveries by that relay that were logged since it was last asked; reads only what is new, or it would slow down what it measures. */
function counter(file: string, relay: string): () => number {
  const sent = new RegExp(`${relay}.* status=sent`, 'g');
  const fd = openSync(file, 'r');
  const buffer = Buffer.alloc(1 << 20);
  let at = fstatSync(fd).size;
  return () => {
    let count = 0;
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, at);
      const text = buffer.toString('latin1', 0, length);
      const end = text.lastIndexOf('\n') + 1;
      if (end === 0) return count;
      at += end;
      count += text.slice(0, end).match(sent)?.length ?? 0;
    }
  };
}
