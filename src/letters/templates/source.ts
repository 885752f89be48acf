/** Which text is wanted, and where one was found. */
import type { TemplateName } from './values.ts';

export interface Wanted {
  readonly name: TemplateName;
  /** `answer-NAME`, in the place of that; there is none built in. */
  readonly own?: string | null;
  /** Prefix of the queue. */
  readonly queue: string;
  readonly queueLanguage: string;
  /** The customer's (RFC 5646, primary subtag), or null. */
  readonly language: string | null;
}

export interface TemplateFailure {
  /** Relative to the templates folder; empty for the folder itself. */
  readonly file: string;
  readonly problem: string;
}

export interface Source {
  readonly template: string;
  /** Relative to the templates folder; null for a built-in one. */
  readonly file: string | null;
  /** null for one that is for every language. */
  readonly language: string | null;
}

export type OwnSource = Source & { readonly file: string };
