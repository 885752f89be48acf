/** events.schema.json as a subscriber would use it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const file = join(import.meta.dirname, '..', '..', 'events.schema.json');
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));

/** What the schema says against an event, empty for nothing. */
export function problemsOf(event: unknown): string {
  return validate(event) ? '' : `${JSON.stringify(event)}: ${ajv.errorsText(validate.errors)}`;
}
