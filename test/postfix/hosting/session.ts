/** One client of a database for all that a role asks: to start one for each takes longer than all else. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

const END = '-- end of what was asked --';

export class Session {
  readonly #client: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<unknown>;
  readonly #echo: (text: string) => string;
  readonly #error: RegExp;
  #heard = '';
  #last: Promise<unknown> = Promise.resolve();

  /** `echo`: the line that makes the client print this text; `error`: how it begins the word of one. */
  constructor(command: readonly string[], echo: (text: string) => string, error: RegExp) {
    this.#client = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#client, 'close');
    this.#client.stdout.setEncoding('utf8').on('data', (said: string) => {
      this.#heard += said;
    });
    this.#echo = echo;
    this.#error = error;
  }

  ask(statements: string): Promise<string> {
    const answer = this.#last.then(() => this.#one(statements));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #one(statements: string): Promise<string> {
    this.#client.stdin.write(`${statements}\n;\n${this.#echo(END)}\n`);
    const end = `${END}\n`;
    while (!this.#heard.endsWith(end)) {
      if (this.#client.exitCode !== null) throw new Error(`the client has ended: ${this.#heard}`);
      await Promise.race([once(this.#client.stdout, 'data'), this.#closed]);
    }
    const said = this.#heard.slice(0, -end.length).replace(/\n+$/, '');
    this.#heard = '';
    if (this.#error.test(said)) throw new Error(said);
    return said;
  }

  end(): void {
    this.#client.stdin.end();
  }
}
