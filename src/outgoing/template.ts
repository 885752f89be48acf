/**
 * The text of an acknowledgement, from a template. The one file that knows mustache.
 *
 * `templates/acknowledgement.txt` beside the config replaces the built-in
 * text. Values are set in as they are (it is mail, not HTML), and nothing that
 * a customer wrote is among them. A template that cannot be read or rendered
 * never stops a mail: the built-in text is used.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import mustache from 'mustache';

export interface AcknowledgementValues {
  readonly ticket: string;
  readonly address: string;
  /** Display name of the queue. */
  readonly queue: string;
}

const BUILT_IN = `Thank you for your mail. It has reached us as ticket {{ticket}}, and
somebody will answer it.

To add something, answer this mail, or write to
{{address}}

{{queue}}
`;

export function acknowledgement(configFile: string, values: AcknowledgementValues): string {
  const own = ownTemplate(configFile);
  if (own !== null) {
    try {
      return render(own, values);
    } catch {
      // The built-in text below.
    }
  }
  return render(BUILT_IN, values);
}

function ownTemplate(configFile: string): string | null {
  try {
    return readFileSync(join(dirname(configFile), 'templates', 'acknowledgement.txt'), 'utf8');
  } catch {
    return null;
  }
}

function render(template: string, values: AcknowledgementValues): string {
  return mustache.render(template, values, {}, { escape: (value: unknown) => String(value) });
}
