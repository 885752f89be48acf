/**
 * `--dry-run` of what a person writes in a terminal: the mails that would go out, each with its text,
 * its HTML and the names of its files, on what the desk knows now. Nothing is kept, and nothing is sent.
 */
import { Batch } from '../desk/batch.ts';
import { type Order, performOrder, questionsOf } from '../feed/order.ts';
import { filesIn } from '../letters/written-draft.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import type { Letter } from '../ticket/letter.ts';
import type { Desk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export async function showOrder(order: Order, { config, store }: Desk, run: Run): Promise<void> {
  const id = order.type === 'act' ? order.ticket : null;
  const mails = await store.havingFiles(async () => {
    const facts = await store.facts(questionsOf(order, id, config));
    const ran = () => store.ran();
    const batch = new Batch({ config, now: run.now(), facts, files: filesIn(store), ran });
    const done = await performOrder(order, id, batch, config);
    if ('refused' in done) throw new Refused(done.refused);
    return batch.written.mails;
  });
  const { style } = screen(run.isTerminal(1), process.stdout.columns, run.environment);
  for (const { letter } of mails) {
    const [head, ...parts] = partsOf(letter);
    const shown = parts.map(([title, words]) => `\n${style('bold', title)}\n${inert(words)}\n`);
    process.stdout.write(`${style('bold', head[0])}\n${inert(head[1])}\n${shown.join('')}\n`);
  }
}

type Part = readonly [title: string, words: string];

function partsOf(letter: Letter): readonly [Part, ...Part[]] {
  const { from, to, subject, text, html, enclosed = [] } = letter;
  const files = enclosed.map(({ filename, size }) => `${inertLine(filename)} (${size} octets)`);
  const fields = [`From: ${from.name} <${from.address}>`, `Subject: ${subject}`].join('\n');
  return [
    [`To ${inertLine(to.address)}:`, fields],
    ['Text:', text.trimEnd()],
    ...(html === undefined ? [] : [['HTML:', html] as const]),
    ...(files.length === 0 ? [] : [['Files:', files.join('\n')] as const]),
  ];
}
