/** Examples in documents: of the config (keys of it, or all of it), and of orders, one a line. */

import type { Config } from '../../src/config/config.ts';
import { checkConfig } from '../../src/config/read.ts';
import { ROBOT_MAY } from '../../src/config/schema/robots.ts';
import { readOrder } from '../../src/feed/read-order.ts';
import { readOutput } from '../../src/robots/output.ts';
import { readPlanLine } from '../../src/robots/plan-line.ts';
import { type Documents, piecesOf } from './documents.ts';

const REST = {
  domain: 'support-ticket.example',
  store: 'store',
  queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support' }],
};
const SECRET = `whsec_${'A'.repeat(32)}`;

export interface Example {
  readonly file: string;
  readonly text: string;
}

export function configExamplesIn(
  documents: Documents,
  keys: readonly string[],
): readonly Example[] {
  return [...documents].flatMap(([file, text]) =>
    piecesOf(text)
      .filter(({ kind }) => kind === 'code')
      .filter((piece) => keys.includes(/^[\s{]*"(\w+)":/.exec(piece.text)?.[1] ?? ''))
      .map((piece) => ({ file, text: piece.text })),
  );
}

/** Throws if the program would not take it. */
export function configOf({ text }: Example): Config {
  const whole = /^\s*\{/.test(text) ? text : `{${text}}`;
  const value: object = JSON.parse(whole.replaceAll('whsec_…', SECRET));
  return checkConfig({ ...REST, ...value }, '/etc/mailrobot/config.json');
}

/** `{"type": "ticket.reply", …}` */
export function orderExamplesIn(documents: Documents): readonly string[] {
  return [...documents.values()].flatMap((text) =>
    piecesOf(text)
      .filter(({ kind }) => kind === 'code')
      .flatMap((piece) => [...piece.text.matchAll(/^ *(\{"type": .*\})$/gm)])
      .map(([, line = '']) => line),
  );
}

/** `order` for one that the desk would carry out. */
export function readingOf(line: string): string {
  const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
  const desk = { source: 'mailrobot://other', names, by: 'crm' };
  // Some are for robots alone.
  const robot = { name: 'deploy', from: 'staff' as const, may: [...ROBOT_MAY] };
  const isRobots = readOutput(line, robot, { onTicket: null }, desk).type === 'orders';
  const plan = readPlanLine(line);
  const isPlan = plan !== null && !('wrong' in plan);
  return isRobots || isPlan ? 'order' : readOrder(line, desk).type;
}
