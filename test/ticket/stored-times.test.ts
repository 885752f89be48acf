/**
 * A stored time is compared with now by `ageOf` alone, which knows what a time later than now
 * means. Found by the syntax tree: comparisons of what `Date.parse`, `getTime` or `mtimeMs` gives.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { innerOf, type Node, treeOf } from '../expressions/find.ts';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));

/** Files that compare times otherwise, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  'decision/responders.ts': 'how long after one message the next came',
  'decision/doubt.ts': 'a Date that a sender wrote: it must not lie far from now on either side',
  'feed/subscribers.ts': 'how long this run has been going on; when it is tried next',
  'feed/subscription.ts': 'when it is tried next, which is later than now',
  'feed/maildir.ts': 'names of mails, which begin with a time',
  'desk/send-time.ts': 'which of two times to come is the later one',
  'journal/hand-over.ts': 'when a mail may go, which is later than now',
  'jobs/outbox.ts': 'how long this run has been going on',
  'addresses/signed-address.ts': 'one given later than now proves nothing',
  'stores/files/answered.ts': 'how far back is read; caps.ts says what counts',
  'journal/lookups.ts': 'a mail is known as a twin: one more of a time to come than one too few',
  'robots/end.ts': 'when it is run next, which is later than now',
  'robots/runner.ts': 'how long this run has been going on',
  'robots/schedule.ts': 'when it is run next; one that lies too far ahead is of a wrong clock',
  'pgp/first-line.ts': 'a day that a signer names: it must not lie far from now on either side',
  'recipients/postmapped-file.ts': 'whether a table is older than the file that it is made of',
  'pages/time.ts': 'shown to a person, beside the ticket',
  'ticket/filter.ts': 'what a person asks for',
  'dates/phrase.ts': 'what a person says, and how long that is',
  'desk/away.ts': 'a day that a person names',
  'desk/in-words.ts': 'how long an answer is kept back, in seconds',
  'desk/crossed.ts': 'whether a message is younger than a reply address',
  'site/write-pages.ts': 'figures counted at a time to come are counted again',
  'stores/postgres/forgotten.ts': 'how far the newest commit is from it; the lists say what is old',
  'cli/gather/health.ts': 'how many there are, not when',
};

const TIMES: readonly unknown[] = ['parse', 'getTime', 'mtimeMs'];
const ORDERS: readonly unknown[] = ['<', '>', '<=', '>='];

/** Also through a name that the same text gives it. */
function comparisonsIn(tree: Node): number {
  const names = new Set<unknown>();
  const isTime = (node: Node): boolean => {
    if (node['type'] === 'ArrowFunctionExpression') return false;
    if (node['type'] === 'Identifier') return names.has(node['name']);
    const { property, object } = node;
    const isNamed =
      isNodeNamed(property, TIMES) &&
      (!isNodeNamed(property, ['parse']) || isNodeNamed(object, ['Date']));
    return isNamed || innerOf(node).some(isTime);
  };
  const visit = (node: Node): number => {
    const { type, id, init, operator } = node;
    if (type === 'VariableDeclarator' && isTree(init) && isTree(id) && isTime(init)) {
      names.add(id['name']);
    }
    const isComparison = type === 'BinaryExpression' && ORDERS.includes(operator);
    const own = isComparison && innerOf(node).some(isTime) ? 1 : 0;
    return innerOf(node).reduce((sum, inner) => sum + visit(inner), own);
  };
  return visit(tree);
}

function isTree(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function isNodeNamed(value: unknown, names: readonly unknown[]): boolean {
  return isTree(value) && names.includes(value['name']);
}

test('a comparison is found, and one by its age is none', () => {
  const count = (text: string) => comparisonsIn(treeOf(text, 'x.ts'));
  expect(count('const a = Date.parse(since) + REST_MS <= now.getTime();')).toBe(1);
  expect(count('const t = Date.parse(since); if (t > 5) go();')).toBe(1);
  expect(count('if (now.getTime() - changed < ORPHAN_MS) go();')).toBe(1);
  expect(count('if (ageOf(since, now) < REST_MS) go(JSON.parse(x) > 3);')).toBe(0);
});

test('no file compares a stored time with now but by its age', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  const found = files.filter((file) => {
    if (!file.endsWith('.ts') || file === 'ticket/age.ts') return false;
    return comparisonsIn(treeOf(readFileSync(join(SOURCE, file), 'utf8'), file)) > 0;
  });
  expect(found.toSorted()).toEqual(Object.keys(OTHERS).toSorted());
});
