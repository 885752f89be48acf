/**
 * The SMTP server that our mail goes to: a few sessions that are kept, for many mails.
 *
 * A session takes one mail after the other. One that the server has closed meanwhile is opened anew
 * for the same mail; one that nobody needs is ended after a while, since it keeps a process of
 * Postfix. If as many mails are under way as there may be sessions, the next one waits for its
 * turn, but not for long: a server that takes minutes for each mail must not have them pile up
 * here.
 */
import type { Submitted } from '../ticket/submitted.ts';
import {
  type Begin,
  type Envelope,
  type SessionEnd,
  SMTP_LIMITS,
  type SmtpLimits,
  type SmtpServer,
  SmtpSession,
} from './submission.ts';

const MAX_SESSIONS = 4;
/** Far below smtpd_timeout of Postfix (300 s). */
const IDLE_MS = 60_000;
/** Below what a run waits for its own mails (jobs/outbox.ts), so that it learns of it. */
const TURN_MS = 20_000;

export class Relay {
  readonly #server: SmtpServer;
  readonly #limits: SmtpLimits;
  readonly #turnMs: number;
  readonly #busy = new Set<SmtpSession>();
  #idle: readonly { readonly session: SmtpSession; readonly timer: NodeJS.Timeout }[] = [];
  /**
   * Mails that have been given to us and have no end yet, and those of them that have their turn.
   */
  #underway = 0;
  #atTurn = 0;
  #waiting: readonly (() => void)[] = [];
  #whenDone: (() => void) | null = null;
  #isClosed = false;

  constructor(server: SmtpServer, limits: SmtpLimits = SMTP_LIMITS, turnMs = TURN_MS) {
    this.#server = server;
    this.#limits = limits;
    this.#turnMs = turnMs;
  }

  async submit(envelope: Envelope, begin: Begin): Promise<Submitted> {
    this.#underway += 1;
    try {
      if (!(await this.#turn()))
        return { end: 'failed', reason: 'too many mails are on their way' };
      try {
        return await this.#submit(envelope, begin);
      } finally {
        this.#endTurn();
      }
    } finally {
      this.#underway -= 1;
      if (this.#underway === 0) this.#whenDone?.();
    }
  }

  /** False if it does not come in time. */
  async #turn(): Promise<boolean> {
    if (this.#atTurn < MAX_SESSIONS) {
      this.#atTurn += 1;
      return true;
    }
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(limit);
        resolve(true);
      };
      const limit = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== go);
        resolve(false);
      }, this.#turnMs);
      this.#waiting = [...this.#waiting, go];
    });
  }

  #endTurn(): void {
    const [next, ...others] = this.#waiting;
    this.#waiting = others;
    if (next === undefined) this.#atTurn -= 1;
    else next();
  }

  async #submit(envelope: Envelope, begin: Begin): Promise<Submitted> {
    if (this.#isClosed) return { end: 'failed', reason: 'the server was stopped' };
    const kept = this.#kept();
    if (kept !== null) {
      const ended = await this.#by(kept, (session) => session.submit(envelope, begin));
      if (ended.end !== 'gone') return ended;
    }
    const ended = await this.#by(this.#session(), async (session): Promise<SessionEnd> => {
      const reason = await session.open();
      return reason === null ? session.submit(envelope, begin) : { end: 'gone', reason };
    });
    return ended.end === 'gone' ? { end: 'failed', reason: ended.reason } : ended;
  }

  #session(): SmtpSession {
    return new SmtpSession(this.#server, this.#limits);
  }

  #kept(): SmtpSession | null {
    const last = this.#idle.at(-1);
    if (last === undefined) return null;
    this.#idle = this.#idle.slice(0, -1);
    clearTimeout(last.timer);
    return last.session.isOpen ? last.session : this.#kept();
  }

  async #by(
    session: SmtpSession,
    work: (session: SmtpSession) => Promise<SessionEnd>,
  ): Promise<SessionEnd> {
    this.#busy.add(session);
    try {
      const ended = await work(session);
      if (ended.end === 'taken' && !this.#isClosed) this.#keep(session);
      else session.quit();
      return ended;
    } catch (error) {
      session.cut();
      throw error;
    } finally {
      this.#busy.delete(session);
    }
  }

  #keep(session: SmtpSession): void {
    const timer = setTimeout(() => {
      this.#idle = this.#idle.filter((one) => one.session !== session);
      session.quit();
    }, IDLE_MS);
    this.#idle = [...this.#idle, { session, timer }];
  }

  /**
   * Takes no other mail, and waits for those that are under way: so long, then they are cut off.
   */
  async close(patienceMs: number): Promise<void> {
    this.#isClosed = true;
    for (let kept = this.#kept(); kept !== null; kept = this.#kept()) kept.quit();
    if (this.#underway === 0) return;
    const done = new Promise<void>((resolve) => {
      this.#whenDone = resolve;
    });
    const limit = setTimeout(() => {
      for (const session of this.#busy) session.cut();
    }, patienceMs);
    await done;
    clearTimeout(limit);
  }
}
