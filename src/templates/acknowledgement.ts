/** The built-in acknowledgement: of all texts the one that nearly every new ticket needs. */
import type { Texts } from './template.ts';

export const ACKNOWLEDGEMENT: Texts = {
  en: `Thank you for your mail. It has reached us as ticket {{ticket}}, and
somebody will answer it.

To add something, answer this mail, or write to
{{address}}

{{queue}}
`,
  de: `Vielen Dank für Ihre Nachricht. Sie ist bei uns als Ticket {{ticket}}
eingegangen, und jemand wird Ihnen antworten.

Möchten Sie etwas ergänzen, so antworten Sie auf diese Mail, oder
schreiben Sie an
{{address}}

{{queue}}
`,
};
