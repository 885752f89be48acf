/** The built-in texts as a customer reads them, in both languages (fixtures/templates). */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/letters/templates/template.ts';
import { textOf } from '../../../src/letters/templates/text.ts';
import { CASES, NAMES, type Values, valuesOf } from '../../../src/letters/templates/values.ts';

const ABOUT = {
  ...{ ticket: 'SUPPORT-7102', address: 'SUPPORT-7102@support-ticket.example' },
  ...{ queue: 'Support', name: 'Nic Ferrier', subject: "I can't login!" },
};

test.each(LANGUAGES.flatMap((language) => NAMES.map((name) => [language, name] as const)))(
  '%s: %s',
  async (language, name) => {
    const wanted = { name, queue: 'SUPPORT', queueLanguage: 'en', language };
    for (const which of CASES[name]) {
      const values = { ...valuesOf(name, which), ...ABOUT };
      // Every value that the text may have is among them.
      const { text, failure } = await textOf(wanted, values as Values<typeof name>, '/nowhere');
      expect(failure).toBe(null);
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(78);
      const file = [name, ...(which === '' ? [] : [which]), language, 'txt'].join('.');
      await expect(text).toMatchFileSnapshot(
        join(import.meta.dirname, '..', '..', '..', 'fixtures', 'templates', file),
      );
    }
  },
);
