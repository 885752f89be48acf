/** What was guessed while a mail was read, in words. Pure. */
import type { Guess, GuessKind } from '../ticket/ticket.ts';

const WORDS: Readonly<Record<GuessKind, string>> = {
  charset: 'the charset of some words',
  'raw-header': 'the charset of its header',
  encoding: 'a transfer encoding',
  type: 'the type of a part',
  'whole-address': 'an address that is encoded as a whole',
  'file-name': 'the name of a file',
  'words-of-a-file': 'that its words are those of a file',
};

/** One line; `explain` has the evidence. Empty if nothing was guessed. */
export function guessLine(guesses: readonly Guess[] = []): string {
  const kinds = [...new Set(guesses.map(({ check }) => WORDS[check]))];
  return kinds.length === 0 ? '' : `guessed: ${kinds.join(', ')}`;
}

export function guessEvidence({ check, evidence }: Guess): string {
  return `${WORDS[check]}: ${evidence}`;
}
