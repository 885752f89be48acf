/** The program of submission.test.ts: hands the one mail that waits over by SMTP. `root port` */
import { Relay } from '../../src/doors/relay.ts';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';

async function run([root = '', port = '']: readonly string[]): Promise<void> {
  const store = new FileStore({ root, now: () => new Date(), extract: async () => {}, compose });
  const [mail] = await store.exclusive((transaction) => transaction.claim('all', 1));
  if (mail === undefined) throw new Error('no mail waits');
  const relay = new Relay({ host: '127.0.0.1', port: Number(port), usesTls: false });
  await store.handOver(mail, (envelope, begin) => relay.submit(envelope, begin), 30_000);
  await relay.close(0);
}

void run(process.argv.slice(-2));
