/**
 * One event to one subscriber: by a program, a webhook or a Maildir.
 *
 * A program gets the event as a line of JSON on stdin, in a session of its own, with
 * PATH, HOME and time zone and nothing else of ours; exit 0 acknowledges. A Maildir gets
 * it as a mail whose body is the JSON. What does not work is a result, never an exception.
 */
import type { EventSubscriber } from '../config/config.ts';
import { type ProgramEnd, runProgram } from '../runtime/programs.ts';
import type { FeedEvent } from './event.ts';
import { addToMaildir } from './maildir.ts';
import type { Attempt } from './subscription.ts';

export interface TransportContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

const PASSED_ON_VARIABLES = ['PATH', 'HOME', 'TZ', 'LANG'];

export async function sendEvent(
  event: FeedEvent,
  subscriber: EventSubscriber,
  { environment, now }: TransportContext,
): Promise<Attempt> {
  switch (subscriber.type) {
    case 'exec': {
      const { command: argv, seconds } = subscriber;
      const passed = PASSED_ON_VARIABLES.flatMap((name) => {
        const value = environment[name];
        return value === undefined ? [] : [[name, value] as const];
      });
      const program = {
        argv,
        environment: Object.fromEntries(passed),
        directory: '/',
        limitMs: seconds * 1000,
      };
      return attemptOf(await runProgram(program, `${JSON.stringify(event)}\n`, 'exit'), seconds);
    }
    case 'webhook': {
      const { post } = await import('./webhook.ts');
      return post(event, subscriber, now());
    }
    case 'maildir':
      return toMaildir(event, subscriber.path, now());
  }
}

function attemptOf(end: ProgramEnd, seconds: number): Attempt {
  switch (end.type) {
    case 'exit': {
      if (end.code === 0) return { ok: true };
      const said = end.output.trim().split('\n').at(-1) ?? '';
      return { ok: false, error: `exit ${end.code}${said === '' ? '' : `: ${said}`}` };
    }
    case 'signal':
      return { ok: false, error: `ended by ${end.signal}` };
    case 'timeout':
      return { ok: false, error: `not done within ${seconds} s` };
    case 'not-run':
      return { ok: false, error: `could not be run (${end.reason})` };
  }
}

function toMaildir(event: FeedEvent, path: string, now: Date): Attempt {
  const { type, subject = '' } = event;
  const mail = [
    'From: mailrobot <mailrobot@localhost>',
    `Subject: ${`${type} ${subject}`.trim()}`,
    `Date: ${new Date(event.time).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${event.id}@mailrobot.invalid>`,
    'MIME-Version: 1.0',
    'Content-Type: application/cloudevents+json; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    JSON.stringify(event, null, 2),
    '',
  ];
  try {
    addToMaildir(path, Buffer.from(mail.join('\n')), now);
    return { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
