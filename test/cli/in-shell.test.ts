/** Commands that sentences name are those of a shell in a shell. */
import { expect, test } from 'vitest';
import { inShell } from '../../src/cli/in-shell.ts';
import { COMMANDS } from '../../src/desk/grammar.ts';

test.each(COMMANDS.map(({ name }) => name))('"%s" is one of mailrobot ticket', (name) => {
  expect(inShell(`Until then "${name} SUPPORT-7102 a b" does it.`)).toBe(
    `Until then "mailrobot ticket ${name} SUPPORT-7102 a b" does it.`,
  );
});

test('what names no ticket is no command, nor is a word in the middle of others', () => {
  for (const words of ['"close" is a word', 'SUPPORT-7102 is called "never close SUPPORT-1"']) {
    expect(inShell(words)).toBe(words);
  }
});
