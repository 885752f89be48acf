/**
 * A private, real Postfix for end-to-end tests: own configuration, queue, log and port below one directory.
 *
 * Promises: listens on 127.0.0.1 only, and no mail leaves the machine: support-ticket.example is delivered
 * through the given aliases, ferrier.example into Maildirs, all else is refused or bounced. Mail sent
 * by SMTP reaches its reader as written (Postfix only adds headers on top). Deferred mail is tried
 * again by flush() only, unless the test waits for minutes. Many instances run side by side, and beside
 * a system Postfix. After stop() no process, file or setting is left; a made system user stays.
 * Failure: every rejection carries the mail log; a failed start has cleaned up before it rejects; what a
 * killed test process leaves behind, the next start on this machine clears away (see system.ts).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Layout, layoutOf, mailboxMap, mainCf, masterCf } from './config.ts';
import { admit, dismiss, endProcesses, INSTANCE_PREFIX, systemUser, until } from './system.ts';

export type DeliveryStatus = 'sent' | 'deferred' | 'bounced';

export interface StartOptions {
  /** Text of an alias file, e.g. `new: "|/usr/local/bin/mailrobot new"`. */
  readonly aliases: string;
  /** System user that owns the alias map, so local(8) runs the commands as that user; made if missing. */
  readonly aliasOwner: string;
  /** Mailboxes `name@ferrier.example` besides nic, stranger, boss and sue. */
  readonly mailboxes?: readonly string[];
  /** More main.cf settings; they win over the instance's own. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface SendOptions {
  /** Envelope sender; `''` and `'<>'` are the null sender. */
  readonly from: string;
  readonly to: string;
  /** The whole message. LF line ends travel as CRLF and are LF again when delivered; Postfix makes a lone CR a space. */
  readonly data: Buffer | string;
  readonly swaksArgs?: readonly string[];
}

export interface PostfixInstance {
  /** Everything of this instance lives below it. */
  readonly dir: string;
  /** SMTP on 127.0.0.1. */
  readonly port: number;
  /** Command prefix that submits into this instance, for any user. */
  readonly sendmail: readonly string[];
  /** The file that the mail log is written to. */
  readonly logFile: string;
  /** The whole mail log so far; after stop() the log as it was then. */
  log(): string;
  /** Submits by SMTP; resolves to the queue id, rejects with the SMTP dialogue if Postfix refuses. */
  send(options: SendOptions): Promise<string>;
  /** Waits until this mail left the queue or was parked as deferred (anew, after a flush()). Of several recipients the worst counts. */
  settled(queueId: string, timeoutMs?: number): Promise<{ status: DeliveryStatus; line: string }>;
  /** Every mail in the Maildir of `name@ferrier.example`, oldest first. */
  mailbox(name: string): readonly Buffer[];
  waitForMail(name: string, count: number, timeoutMs?: number): Promise<readonly Buffer[]>;
  /** Has all deferred mail tried again now; wait with settled() first, mail still in delivery is not retried. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const POSTFIX = '/usr/sbin/postfix';
const SENDMAIL = '/usr/sbin/sendmail';
const SWAKS = '/usr/bin/swaks';
const MAILBOXES = ['nic', 'stranger', 'boss', 'sue'];

/** The reason why no instance can run here, else undefined. */
export function postfixMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a private Postfix needs root';
  const absent = [POSTFIX, SENDMAIL, SWAKS].find((file) => !existsSync(file));
  return absent === undefined ? undefined : `${absent} is not installed`;
}

export async function startPostfix(options: StartOptions): Promise<PostfixInstance> {
  const missing = postfixMissing();
  if (missing !== undefined) throw new Error(missing);
  const dir = await mkdtemp(INSTANCE_PREFIX);
  const at = layoutOf(dir);
  const postfix = (command: string) =>
    execa(POSTFIX, ['-c', at.config, command], { stdin: 'ignore', timeout: 60_000 });

  let lastLog: string | undefined;
  const log = () => lastLog ?? (existsSync(at.log) ? readFileSync(at.log, 'utf8') : '');
  const withLog = (cause: unknown): never => {
    throw new Error(
      `${cause instanceof Error ? cause.message : String(cause)}\n--- mail log of ${dir}\n${log()}`,
      { cause },
    );
  };

  const takeDown = async () => {
    // 'abort' is 'stop' without its waiting in whole seconds; Postfix may have ended by itself
    if (existsSync(join(at.queue, 'pid/master.pid'))) await postfix('abort').catch(() => undefined);
    try {
      await endProcesses(dir, 5_000);
    } finally {
      lastLog = log();
      await dismiss(at.config);
    }
    await rm(dir, { recursive: true, force: true });
  };

  const bringUp = async (): Promise<number> => {
    await chmod(dir, 0o755); // mkdtemp's 0700 would shut out the postfix user and the alias owner
    await Promise.all([at.config, at.queue, at.mail].map((made) => mkdir(made)));
    const mailboxUser = await systemUser('nobody');
    await chown(at.mail, mailboxUser, mailboxUser);
    await writeSettled(
      join(at.config, 'mailboxes'),
      mailboxMap([...MAILBOXES, ...(options.mailboxes ?? [])]),
    );
    await writeSettled(join(at.config, 'main.cf'), mainCf(at, mailboxUser, options.settings ?? {}));
    await writeAliases(at, options);
    await execa('chmod', ['-R', 'a+rX', dir]); // whatever our umask
    await admit(at.config);
    for (let retriesLeft = 4; ; retriesLeft--) {
      const port = await freePort();
      await writeFile(join(at.config, 'master.cf'), masterCf(port));
      try {
        await postfix('start');
        return await until('greeting on the SMTP port', 20_000, async () =>
          (await greets(port)) ? port : undefined,
        );
      } catch (error) {
        const portWasTaken = log().includes('Address already in use');
        if (!portWasTaken || retriesLeft === 0) throw error;
      }
    }
  };

  const port = await bringUp().catch(async (error: unknown) => {
    await takeDown();
    return withLog(error);
  });

  let flushedAt = 0; // length of the log then: a deferral before it is no longer the last word
  const outcome = (queueId: string) => {
    const text = log();
    const deliveries = [
      ...text.matchAll(new RegExp(`^.*\\]: ${queueId}: to=<.*? relay=.*? status=(\\w+) .*$`, 'gm')),
    ];
    const last = (status: DeliveryStatus) => {
      const found = deliveries.findLast((delivery) => delivery[1] === status);
      return found && { status, line: found[0], place: found.index };
    };
    if (text.includes(`]: ${queueId}: removed\n`)) return last('bounced') ?? last('sent');
    const deferred = last('deferred');
    return deferred &&
      deferred.place >= flushedAt &&
      existsSync(join(at.queue, 'deferred', queueId))
      ? deferred
      : undefined;
  };

  const mailbox = (name: string): readonly Buffer[] =>
    ['new', 'cur']
      .map((part) => join(at.mail, name, part))
      .flatMap((part) =>
        existsSync(part)
          ? readdirSync(part).map((file) => ({ path: join(part, file), age: deliveredAt(file) }))
          : [],
      )
      .sort((a, b) => a.age - b.age)
      .map(({ path }) => readFileSync(path));

  let stopping: Promise<void> | undefined;
  return {
    dir,
    port,
    sendmail: [SENDMAIL, '-C', at.config],
    logFile: at.log,
    log,
    mailbox,
    send: async ({ from, to, data, swaksArgs = [] }) => {
      const envelope = ['--from', from === '' ? '<>' : from, '--to', to];
      // --no-data-fixup: swaks would replace %TOKENS% and "\n" in the data; so the dot-stuffing is ours
      const content = ['--data', '-', '--no-data-fixup', '--suppress-data'];
      const args = [
        '--server',
        '127.0.0.1',
        '--port',
        String(port),
        ...envelope,
        ...content,
        ...swaksArgs,
      ];
      const { stdout } = await execa(SWAKS, args, {
        input: onTheWire(data),
        timeout: 60_000,
      }).catch(withLog);
      return (
        /250 2\.0\.0 Ok: queued as (\w+)/.exec(stdout)?.[1] ??
        withLog(`no queue id from swaks:\n${stdout}`)
      );
    },
    settled: async (queueId, timeoutMs = 30_000) => {
      const { status, line } = await until(`end of ${queueId}`, timeoutMs, () =>
        outcome(queueId),
      ).catch(withLog);
      return { status, line };
    },
    waitForMail: (name, count, timeoutMs = 30_000) =>
      until(`${count} mails for ${name}`, timeoutMs, () => {
        const mails = mailbox(name);
        return mails.length >= count ? mails : undefined;
      }).catch(withLog),
    flush: async () => {
      flushedAt = log().length;
      await execa('/usr/sbin/postqueue', ['-c', at.config, '-f']).catch(withLog);
    },
    stop: () => (stopping ??= takeDown().catch(withLog)),
  };
}

/** Writes a file that Postfix may read at once: it waits until a text file is two seconds old. */
async function writeSettled(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await utimes(file, 0, 0);
}

/** postalias gives up root and works as the owner of its source file, so the map becomes the owner's too. */
async function writeAliases(at: Layout, { aliases, aliasOwner }: StartOptions): Promise<void> {
  const owner = await systemUser(aliasOwner);
  await mkdir(dirname(at.aliases));
  await writeFile(at.aliases, aliases);
  await Promise.all([dirname(at.aliases), at.aliases].map((path) => chown(path, owner, -1)));
  await execa('/usr/sbin/postalias', ['-c', at.config, `hash:${at.aliases}`]);
}

/** Lines end in CRLF, a leading dot is doubled, and the lone dot that ends DATA is there (swaks adds its CRLF). */
function onTheWire(data: Buffer | string): Buffer {
  const text = Buffer.from(data)
    .toString('latin1')
    .replace(/\r?\n/g, '\r\n')
    .replace(/(^|\n)\./g, '$1..');
  return Buffer.from(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.`, 'latin1');
}

/** Microseconds since 1970, out of Postfix's Maildir file name `<seconds>.V<device>I<inode>M<microseconds>.<host>`. */
function deliveredAt(file: string): number {
  const found = /^(\d+)\.V\w+?I\w+?M(\d+)\./.exec(file);
  return Number(found?.[1]) * 1e6 + Number(found?.[2]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() =>
          typeof address === 'object' && address
            ? resolve(address.port)
            : reject(new Error('no port')),
        );
      });
  });
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(5_000, () => socket.destroy());
    socket.once('data', (chunk) => {
      resolve(chunk.toString().startsWith('220 '));
      socket.end('QUIT\r\n');
    });
    socket.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
}
