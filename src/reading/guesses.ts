/**
 * What the reader has guessed of a mail: which kind of guess, in one word, and what made it one.
 * One of a kind and evidence is kept once, and no more than MAX_GUESSES.
 */
import type { Guess, GuessKind } from '../ticket/ticket.ts';

export type Tell = (check: GuessKind, evidence: string) => void;

const MAX_GUESSES = 10;
const MAX_EVIDENCE_CHARACTERS = 200;

export class Guesses {
  readonly #all: Guess[] = [];

  readonly tell: Tell = (check, evidence) => {
    const guess = { check, evidence: evidence.slice(0, MAX_EVIDENCE_CHARACTERS) };
    const isKnown = this.#all.some(
      (other) => other.check === check && other.evidence === guess.evidence,
    );
    if (!isKnown && this.#all.length < MAX_GUESSES) this.#all.push(guess);
  };

  get all(): readonly Guess[] {
    return this.#all;
  }
}
