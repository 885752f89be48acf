/** The built-in texts as a customer reads them, in both languages (fixtures/templates). */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES, NAMES, type TemplateName } from '../../src/templates/template.ts';
import { textOf } from '../../src/templates/text.ts';

const ABOUT = {
  ...{ ticket: 'SUPPORT-7102', address: 'SUPPORT-7102@support-ticket.example' },
  ...{ queue: 'Support', name: 'Nic Ferrier', subject: "I can't login!" },
  ...{
    days: '',
    isTomorrow: false,
    isNew: false,
    isOpen: false,
    isPending: false,
    isResolved: false,
  },
  isRefused: false,
};
/** What a text says in one case and not in another. */
const CASES: Readonly<Partial<Record<TemplateName, readonly (keyof typeof ABOUT)[]>>> = {
  status: ['isNew', 'isOpen', 'isPending', 'isResolved'],
  help: ['address', 'isRefused'],
  reminder: ['address', 'days'],
};

test.each(LANGUAGES.flatMap((language) => NAMES.map((name) => [language, name] as const)))(
  '%s: %s',
  async (language, name) => {
    const wanted = { name, queue: 'SUPPORT', queueLanguage: 'en', language };
    for (const key of CASES[name] ?? ['address']) {
      const isWord = key === 'address' || key === 'days';
      const values = { ...ABOUT, [key]: key === 'days' ? '7' : isWord ? ABOUT[key] : true };
      const { text, failure } = await textOf(wanted, values, '/nowhere');
      expect(failure).toBe(null);
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(78);
      const file = key === 'address' ? `${name}.${language}.txt` : `${name}.${key}.${language}.txt`;
      await expect(text).toMatchFileSnapshot(
        join(import.meta.dirname, '..', '..', 'fixtures', 'templates', file),
      );
    }
  },
);
