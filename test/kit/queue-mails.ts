/**
 * Mails for a robot that wait in a store on disk, each of another sender: as the pipe takes them, in
 * this process.
 */
import { folderOf } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read.ts';
import { robotNamed } from '../../src/config/robots.ts';
import { deliver } from '../../src/intake/deliver.ts';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';

/** `from`: the number of the first one. */
export async function queueMails(
  file: string,
  name: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  const config = readConfig(file);
  const now = () => new Date();
  const store = new FileStore({
    root: folderOf(config.store),
    now,
    extract: async () => {},
    compose,
  });
  const never = async (): Promise<never> => {
    throw new Error('no such mail needs it');
  };
  for (let n = from; n < from + count; n += 1) {
    const end = await deliver(once(mail(n)), {
      ...{ verb: 'run', defaultQueue: null, config, store, mta: config.sendmail, now },
      robot: robotNamed(name, config),
      environment: { RECIPIENT: `${name}@support-ticket.example` },
      reader: { start: () => ({ program: 'none', args: [], environment: {}, maxOwnBytes: null }) },
      ...{ chores: 'later', trials: never, writeLog: never },
    });
    if (end !== 'queued') throw new Error(`a mail for a robot is ${end}`);
  }
}

function mail(n: number): Buffer {
  const head = `From: nic@d${n}.example\nTo: robot@support-ticket.example\nSubject: mail ${n}`;
  return Buffer.from(`${head}\nMessage-ID: <queued.${n}@x>\n\n${'A line of a mail.\n'.repeat(60)}`);
}

async function* once(octets: Buffer): AsyncGenerator<Buffer> {
  yield octets;
}
