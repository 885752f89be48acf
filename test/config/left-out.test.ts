/** What a config leaves out is what the schema says: also where none is built for a plain mail. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checkSchema } from '../../src/config/schema/config.ts';
import { WholeConfigSchema } from '../../src/config/schema/whole.ts';

const PLAIN = {
  domain: 'desk.example',
  store: 'store',
  queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support' }],
};

const KEYS = [
  ...['staff', 'spam', 'collapse', 'subscribers', 'caps', 'limits', 'sizes', 'status'],
] as const;

function checked(value: unknown) {
  const found = checkSchema(value);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.config;
}

test('a key that is not there has the defaults of its schema', () => {
  const whole = v.parse(WholeConfigSchema, PLAIN);
  const config = checked(PLAIN);
  for (const key of KEYS) expect({ [key]: config[key] }).toEqual({ [key]: whole[key] });
});

test('a key that is there, but empty, has them as well', () => {
  const config = checked(PLAIN);
  const empty = { caps: {}, limits: {}, sizes: {}, status: { heldMinutes: {} } };
  const { caps, limits, sizes, status } = checked({ ...PLAIN, ...empty });
  expect({ caps, limits, sizes, status }).toEqual({
    ...{ caps: config.caps, limits: config.limits },
    ...{ sizes: config.sizes, status: config.status },
  });
});

test('a key that is there is checked', () => {
  for (const key of KEYS) {
    expect(checkSchema({ ...PLAIN, [key]: null })).toMatchObject({ ok: false });
    expect(checkSchema({ ...PLAIN, [key]: 7 })).toMatchObject({ ok: false });
  }
  expect(checkSchema({ ...PLAIN, status: { heldMinutes: { warning: -1 } } })).toMatchObject({
    ...{ ok: false, problems: [{ key: 'status.heldMinutes.warning' }] },
  });
});
