/**
 * The HTML beside what a person writes in a terminal, if it is written as Markdown. The text goes
 * out as it was written, with or without HTML beside it.
 */
import type { Config } from '../config/config.ts';
import type { Run } from './run.ts';

export interface HtmlOptions {
  /** Text alone, whatever is in it. */
  readonly plain?: boolean;
}

export function takesMarkdown(
  { plain }: HtmlOptions,
  { markdown }: Pick<Config, 'markdown'>,
): boolean {
  return markdown && plain !== true;
}

export async function writtenHtml(
  text: string,
  options: HtmlOptions,
  config: Pick<Config, 'markdown'>,
  run: Pick<Run, 'explain'>,
): Promise<{ readonly html?: string }> {
  if (!takesMarkdown(options, config)) return {};
  const { fromMarkdown } = await import('../html/markdown.ts');
  const made = fromMarkdown(text);
  if (made === null) return {};
  if (made.isSame) return { html: made.fragment.html };
  run.explain('mailrobot: as HTML it would say other words: it goes out as text alone');
  return {};
}
