/**
 * A terminal that is drawn on as a whole, and is left as it was: at q, Ctrl-C and every signal that
 * ends the program, and while it is stopped (Ctrl-Z, fg).
 *
 * It draws on the terminal's other screen, where lines are not broken and there is no cursor. The
 * size is asked for at every drawing, so that whoever draws is called when it has changed.
 */
import type { ReadStream } from 'node:tty';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

const ENDS: ReadonlySet<string> = new Set(['q', 'Q', '\u0003', '\u0004']);
const CTRL_Z = '\u001a';
const ENDING = ['SIGINT', 'SIGTERM'] as const;

export class FullScreen {
  readonly #stdin: ReadStream;
  readonly #stop = new AbortController();
  readonly #redraw: () => void;
  #isEntered = false;
  /** What is on the screen. */
  #drawn = '';

  /** `redraw` is called when the size is another one, or the screen was somebody else's. */
  constructor(stdin: ReadStream, redraw: () => void) {
    this.#stdin = stdin;
    this.#redraw = redraw;
    for (const name of ENDING) process.on(name, this.#end);
    process.on('SIGHUP', this.#hangUp);
    process.on('SIGTSTP', this.#pause);
    process.on('SIGCONT', this.#continue);
    process.on('SIGWINCH', this.#changed);
    process.on('exit', this.#leave);
    stdin.setEncoding('utf8').on('data', this.#typed).on('end', this.#hangUp);
    process.stdout.on('error', this.#hangUp);
    this.#enter();
  }

  /** Somebody has asked for the end. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = process.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  draw(lines: readonly string[]): void {
    // Erased before it is written: behind a line that fills its row, its last character would go.
    const text = lines.map((line) => `${REST_OF_LINE}${line}`).join('\r\n');
    if (!this.#isEntered || text === this.#drawn) return;
    this.#drawn = text;
    const rest = lines.length < this.size.rows ? `\r\n${REST_OF_SCREEN}` : '';
    process.stdout.write(`${HOME}${text}${rest}`);
  }

  close(): void {
    this.#leave();
    for (const name of ENDING) process.off(name, this.#end);
    process.off('SIGHUP', this.#hangUp);
    process.off('SIGTSTP', this.#pause);
    process.off('SIGCONT', this.#continue);
    process.off('SIGWINCH', this.#changed);
    process.off('exit', this.#leave);
    this.#stdin.off('data', this.#typed).off('end', this.#hangUp);
    process.stdout.off('error', this.#hangUp);
    this.#stdin.pause();
    this.#stdin.unref();
  }

  readonly #typed = (keys: string | Buffer): void => {
    for (const key of keys.toString()) {
      if (ENDS.has(key)) this.#end();
      // The whole job is stopped, as the terminal would do it.
      if (key === CTRL_Z) process.kill(0, 'SIGTSTP');
    }
  };

  readonly #end = (): void => this.#stop.abort();

  /**
   * The terminal is gone: by the signal itself, since node, as it ends, asserts that it is there.
   */
  readonly #hangUp = (): void => {
    try {
      this.#leave();
    } catch {
      // It is gone.
    }
    process.off('SIGHUP', this.#hangUp);
    process.kill(process.pid, 'SIGHUP');
  };

  readonly #changed = (): void => {
    this.#drawn = '';
    this.#redraw();
  };

  readonly #pause = (): void => {
    this.#leave();
    process.kill(process.pid, 'SIGSTOP');
  };

  /** Also after a SIGSTOP, which nobody is told of, and whatever size the terminal has now. */
  readonly #continue = (): void => {
    this.#stdin.setRawMode(false);
    this.#enter();
    process.kill(process.pid, 'SIGWINCH');
  };

  #enter(): void {
    this.#stdin.setRawMode(true);
    process.stdout.write(ENTER);
    this.#isEntered = true;
    this.#drawn = '';
  }

  readonly #leave = (): void => {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    process.stdout.write(LEAVE);
    this.#stdin.setRawMode(false);
  };
}
