/**
 * Languages of the built-in texts, and the names of those that a desk has in the place of the
 * acknowledgement. What else there is, and may stand in it, is in values.ts, which no mail loads.
 */

/** Of a text of the desk's own in the place of the acknowledgement, as a rule names it. */
export function ownName(answer: string): string {
  return `answer-${answer}`;
}

export const LANGUAGES = ['en', 'de'] as const;
/** That a built-in text has (RFC 5646: the primary language subtag). */
export type Language = (typeof LANGUAGES)[number];

export function isBuiltIn(language: string | null): language is Language {
  return LANGUAGES.some((known) => known === language);
}

export type Texts = Readonly<Record<Language, string>>;
