/** The built-in acknowledgement: of all texts the one that nearly every new ticket needs. */
import type { Texts } from './template.ts';

export const ACKNOWLEDGEMENT: Texts = {
  en: `Thank you for your mail. It has reached us as ticket {{ticket}}, and
somebody will answer it.

To add something, reply to this mail, or write to
{{address}}

{{queue}}
`,
  de: `Vielen Dank für Ihre Nachricht. Sie ist bei uns als Ticket {{ticket}}
eingegangen; wir melden uns bei Ihnen.

Wenn Sie etwas ergänzen möchten, antworten Sie auf diese Mail, oder
schreiben Sie an
{{address}}

{{queue}}
`,
};
