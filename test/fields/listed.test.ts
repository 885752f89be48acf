/** What `ticket list` is asked of fields, and what it says of that. */
import { expect, test } from 'vitest';
import { ListedFields } from '../../src/cli/field-options.ts';
import { configOf } from '../docs/examples.ts';

const FIELDS = '[{"name": "order", "type": "text"}, {"name": "due", "type": "date"}]';
const QUEUE = `{"prefix": "SUPPORT", "address": "new", "name": "Support", "fields": ${FIELDS}}`;
const listed = ListedFields.of(configOf({ file: '', text: `"queues": [${QUEUE}]` }));

test.each([
  ['due>=2026-01-01', 'has no >=, only =, < and >: due>2026-01-01'],
  ['due<=2026-01-01', 'has no <=, only =, < and >: due<2026-01-01'],
  ['order>=5', 'has no >='],
  ['nope=1', 'names no field, but "nope": the fields are order, due'],
])('%s cannot be asked, and why is said', async (condition, why) => {
  const fields = await listed;
  expect(() => fields.condition('--field', condition)).toThrow(why);
});

test('an equals sign within a text is one', async () => {
  const asked = (await listed).condition('--field', 'order==1=2');
  expect(asked).toEqual({ name: 'order', type: 'text', is: '=', value: '=1=2' });
});

test('a text is found however it is typed', async () => {
  const asked = (await listed).condition('--field', 'order=RX\u00A0 A\u0308');
  expect(asked.value).toBe('RX \u00C4');
});
