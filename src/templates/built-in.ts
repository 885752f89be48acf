/**
 * The built-in texts that few mails need, in English and German.
 *
 * Loaded when one of them is wanted. README, "Texts of your own", says how others come
 * in their place.
 */
import { ACKNOWLEDGEMENT } from './acknowledgement.ts';
import type { TemplateName, Texts } from './template.ts';

export const BUILT_IN: Readonly<Record<TemplateName, Texts>> = {
  acknowledgement: ACKNOWLEDGEMENT,
  reminder: {
    en: `We have answered your mail about ticket {{ticket}} and have heard nothing
from you since.

If something is still open, answer this mail.
{{#days}}
Otherwise the ticket is closed {{#isTomorrow}}tomorrow{{/isTomorrow}}{{^isTomorrow}}in {{days}} days{{/isTomorrow}}; an answer opens it again
at any time.
{{/days}}

{{queue}}
`,
    de: `Wir haben Ihnen zum Ticket {{ticket}} geantwortet und seitdem nichts mehr
von Ihnen gehört.

Ist noch etwas offen, so antworten Sie bitte auf diese Mail.
{{#days}}
Andernfalls wird das Ticket {{#isTomorrow}}morgen{{/isTomorrow}}{{^isTomorrow}}in {{days}} Tagen{{/isTomorrow}} geschlossen; eine Antwort öffnet
es jederzeit wieder.
{{/days}}

{{queue}}
`,
  },
  closed: {
    en: `{{ticket}} is closed, as you asked. To open it again, answer this mail.

{{queue}}
`,
    de: `{{ticket}} ist geschlossen, wie Sie es wünschten. Um es wieder zu öffnen,
antworten Sie auf diese Mail.

{{queue}}
`,
  },
  'not-closed': {
    en: `{{ticket}} was not closed: only who opened it can do that by mail. What you
wrote is kept with it, and somebody will read it.

{{queue}}
`,
    de: `{{ticket}} wurde nicht geschlossen: per Mail kann das nur, wer es eröffnet
hat. Was Sie geschrieben haben, liegt dabei, und jemand wird es lesen.

{{queue}}
`,
  },
  status: {
    en: `{{ticket}} {{#isNew}}has reached us, and nobody has answered it yet{{/isNew}}{{#isOpen}}is being worked on{{/isOpen}}{{#isPending}}waits for an answer of yours{{/isPending}}{{#isResolved}}is closed{{/isResolved}}.

To add something, answer this mail, or write to
{{address}}

{{queue}}
`,
    de: `{{ticket}} {{#isNew}}ist bei uns eingegangen, und noch hat niemand geantwortet{{/isNew}}{{#isOpen}}ist in Arbeit{{/isOpen}}{{#isPending}}wartet auf eine Antwort von Ihnen{{/isPending}}{{#isResolved}}ist geschlossen{{/isResolved}}.

Möchten Sie etwas ergänzen, so antworten Sie auf diese Mail, oder
schreiben Sie an
{{address}}

{{queue}}
`,
  },
  stopped: {
    en: `You get no more mail about {{ticket}}, until you write to
{{address}} again.

{{queue}}
`,
    de: `Zu {{ticket}} erhalten Sie keine Mail mehr, bis Sie wieder an
{{address}} schreiben.

{{queue}}
`,
  },
  'not-stopped': {
    en: `Mail about {{ticket}} goes on: nothing proves that it was you who asked.
Answer this mail with the word "stop" in its first line, and it ends.

{{queue}}
`,
    de: `Zu {{ticket}} erhalten Sie weiterhin Mail: nichts belegt, dass Sie selbst
sie abbestellt haben. Antworten Sie auf diese Mail mit dem Wort "stop" in der
ersten Zeile, dann endet sie.

{{queue}}
`,
  },
  help: {
    en: `To ask for something, write to
{{address}}
You get an answer with the number of your ticket; what you answer to that
belongs to the same ticket.

In the first line of such an answer, a single word is understood:

close    you need nothing more: the ticket is closed
status   how far it is
stop     no more mail about this ticket
{{#isRefused}}

Nothing was done with your mail: commands of the staff need a login, or a From
that our own mail server has authenticated.
{{/isRefused}}

{{queue}}
`,
    de: `Wenn Sie etwas von uns möchten, schreiben Sie an
{{address}}
Sie erhalten eine Antwort mit der Nummer Ihres Tickets; was Sie darauf
antworten, gehört zu demselben Ticket.

In der ersten Zeile einer solchen Antwort wird ein einzelnes Wort verstanden:

close    Sie brauchen nichts mehr: das Ticket wird geschlossen
status   wie weit es ist
stop     keine Mail mehr zu diesem Ticket
{{#isRefused}}

Mit Ihrer Mail wurde nichts getan: Befehle der Mitarbeiter brauchen eine
Anmeldung, oder ein From, das unser eigener Mailserver beglaubigt hat.
{{/isRefused}}

{{queue}}
`,
  },
};
