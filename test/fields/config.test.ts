/** Fields in the config: what is right, and the sentence for what is wrong. */
import { expect, test } from 'vitest';
import { fieldsOf, problemsOfFields } from '../../src/config/fields.ts';
import { problemsOfValues } from '../../src/config/rule-fields.ts';
import { problemsOfRules, rulesOf } from '../../src/config/rules.ts';
import { configOf, SUPPORT } from '../kit/config.ts';

const configWith = (fields: unknown, more: object = {}) =>
  configOf({ queues: [{ ...SUPPORT, fields, ...more }] });
const problems = (fields: unknown) =>
  problemsOfFields(configWith(fields)).map(({ key, problem }) => `${key} ${problem}`);

test.each([
  [{ order: 'text' }, 'queues.0.fields must be a list of at most 50 fields'],
  [Array.from({ length: 51 }, (_, n) => ({ name: `f${n}`, type: 'text' })), 'must be a list'],
  [[{ name: 'Order', type: 'text' }], 'queues.0.fields.0.name holds "Order"'],
  [[{ name: '__proto__', type: 'text' }], 'queues.0.fields.0.name holds "__proto__"'],
  [[{ name: 'a\u202Eb', type: 'text' }], 'queues.0.fields.0.name holds'],
  [[{ name: 'order', type: 'list' }], 'queues.0.fields.0.type holds "list"'],
  [[{ name: 'order' }], 'queues.0.fields.0.type is missing'],
  [[{ name: 'order', type: 'text', wanted: true }], 'is not a key that mailrobot knows'],
  [[{ name: 'kind', type: 'choice' }], 'queues.0.fields.0.choices is missing'],
  [[{ name: 'kind', type: 'text', choices: ['a'] }], 'stands at a field of the type text'],
  [[{ name: 'kind', type: 'choice', choices: [] }], 'must be 1 to 100 texts'],
  [[{ name: 'kind', type: 'choice', choices: ['a', 'A'] }], 'must be 1 to 100 texts'],
  [
    [{ name: 'kind', type: 'choice', choices: ['\u00C4', 'A\u0308'] }],
    'must be 1 to 100 texts that all differ',
  ],
  [[{ name: 'kind', type: 'choice', choices: ['\u3164'] }], 'cannot be said'],
  [
    [{ name: 'kind', type: 'choice', choices: [' a'] }],
    'queues.0.fields.0.choices.0 cannot be said',
  ],
  [[{ name: 'order', type: 'text', pattern: '(' }], 'must be a regular expression of RE2'],
  [[{ name: 'order', type: 'text', pattern: '(a)\\1' }], 'must be a regular expression of RE2'],
  [
    ['a', 'a'].map((name) => ({ name, type: 'text' })),
    'queues.0.fields.1.name holds "a", which another field has already',
  ],
])('is told of %j', (fields, problem) => {
  expect(problems(fields)).toEqual([expect.stringContaining(problem)]);
  expect(() => fieldsOf('SUPPORT', configWith(fields))).toThrow(/queues\.0\.fields/);
});

test('a queue that the config has no more has no fields', () => {
  expect(fieldsOf('BILLING', configWith([{ name: 'order', type: 'text' }]))).toEqual([]);
});

test('rules name fields of their queue, and set what may stand there', () => {
  const fields = [{ name: 'kind', type: 'choice', choices: ['bug', 'wish'] }];
  const match = [
    { name: 'a', if: { field: { order: true } }, set: { colour: 'red' } },
    { name: 'b', set: { kind: 'question' } },
    { name: 'c', if: { address: 'bugs-{kind}' }, set: { kind: '{kind}' } },
    { name: 'd', set: { kind: '{what}' } },
    { name: 'e', if: { field: { kind: ['BUG', 'question'] } } },
  ];
  const config = configWith(fields, { match });
  expect(problemsOfRules(config)).toEqual([
    {
      key: 'queues.0.match.0.if.field',
      problem: 'holds "order", which is no field of the queue: kind',
    },
    {
      key: 'queues.0.match.0.set',
      problem: 'holds "colour", which is no field of the queue: kind',
    },
    {
      key: 'queues.0.match.3.set.kind',
      problem: 'holds "{what}": the rule has no address with holes',
    },
  ]);
  expect(problemsOfValues(config)).toEqual([
    {
      key: 'queues.0.match.1.set.kind',
      problem: 'cannot be done: kind cannot be "question": it takes one of bug, wish',
    },
    {
      key: 'queues.0.match.4.if.field.kind',
      problem: 'never stands there: kind cannot be "question": it takes one of bug, wish',
    },
  ]);
});

test.each(['constructor', 'prototype', '__proto__', 'toString', 'valueOf'])(
  'a rule that asks for, or sets, %s is wrong: it does not fit every mail',
  (name) => {
    const places: readonly (readonly [string, string])[] = [
      ['if.field', `{"if":{"field":{"${name}":"x"}}}`],
      ['if.header', `{"if":{"header":{"${name}":true}}}`],
      ['if.captures', `{"if":{"address":"a-{b}","captures":{"${name}":"x"}}}`],
      ['if', `{"if":{"${name}":"x"}}`],
      ['set', `{"set":{"${name}":"x"}}`],
    ];
    for (const [at, json] of places) {
      const match = [{ name: 'a', ...JSON.parse(json) }];
      const config = configWith([{ name: 'order', type: 'text' }], { match });
      const told = problemsOfRules(config).map(({ key, problem }) => `${key} ${problem}`);
      expect(told).toContainEqual(
        `queues.0.match.0.${at}.${name} is a name that cannot stand here`,
      );
      expect(() => rulesOf(config.queues[0], config)).toThrow(/queues\.0\.match/);
    }
  },
);
