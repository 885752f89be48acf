import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, test } from 'vitest';
import { WholeConfigSchema } from '../../src/config/schema/whole.ts';

test('config.schema.json is what the program checks (npm run schema writes it)', async () => {
  const schema = toJsonSchema(WholeConfigSchema, { ignoreActions: ['check'], typeMode: 'input' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, '..', '..', 'config.schema.json'),
  );
});
