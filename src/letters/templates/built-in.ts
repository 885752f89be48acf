/**
 * All built-in texts, in English and German; loaded when one is wanted that few mails need.
 * docs/texts.md says how others come in their place.
 */
import { ACKNOWLEDGEMENT } from './acknowledgement.ts';
import type { Texts } from './template.ts';
import type { TemplateName } from './values.ts';

export const BUILT_IN: Readonly<Record<TemplateName, Texts>> = {
  acknowledgement: ACKNOWLEDGEMENT,
  'outside-hours': {
    en: `You have written to us outside of our hours.
{{#back}}
We will be back on {{back}}.
{{/back}}
`,
    de: `Ihre Nachricht erreicht uns außerhalb unserer Servicezeiten.
{{#back}}
Wir sind wieder für Sie da: {{back}}.
{{/back}}
`,
  },
  reminder: {
    en: `Your ticket {{ticket}} is waiting for your reply.

If something is still open, reply to this mail.
{{#days}}
{{#isTomorrow}}
Otherwise the ticket will be closed tomorrow; a reply will open it again at
any time.
{{/isTomorrow}}
{{^isTomorrow}}
Otherwise the ticket will be closed in {{days}} days; a reply will open it
again at any time.
{{/isTomorrow}}
{{/days}}

{{queue}}
`,
    de: `Ihr Ticket {{ticket}} wartet auf eine Antwort von Ihnen.

Wenn noch etwas offen ist, antworten Sie bitte auf diese Mail.
{{#days}}
{{#isTomorrow}}
Andernfalls wird das Ticket morgen geschlossen; eine Antwort öffnet es
jederzeit wieder.
{{/isTomorrow}}
{{^isTomorrow}}
Andernfalls wird das Ticket in {{days}} Tagen geschlossen; eine Antwort
öffnet es jederzeit wieder.
{{/isTomorrow}}
{{/days}}

{{queue}}
`,
  },
  rating: {
    en: `Your ticket {{ticket}} is closed. How did we do? Send a mail to one of
these addresses, from 5 (very well) to 1 (badly); it may be empty:

5  {{five}}
4  {{four}}
3  {{three}}
2  {{two}}
1  {{one}}

A few words in that mail are welcome. If something is still open, reply to
this mail instead.

{{queue}}
`,
    de: `Ihr Ticket {{ticket}} ist geschlossen. Wie zufrieden sind Sie mit uns?
Schicken Sie eine Mail an eine dieser Adressen, von 5 (sehr zufrieden) bis
1 (gar nicht); sie darf leer sein:

5  {{five}}
4  {{four}}
3  {{three}}
2  {{two}}
1  {{one}}

Ein paar Worte in dieser Mail sind willkommen. Wenn noch etwas offen ist,
antworten Sie stattdessen auf die Mail, die Sie gerade lesen.

{{queue}}
`,
  },
  closed: {
    en: `{{ticket}} is closed, as you asked. To open it again, reply to this mail.

{{queue}}
`,
    de: `{{ticket}} ist geschlossen, wie gewünscht. Um es wieder zu öffnen, antworten
Sie auf diese Mail.

{{queue}}
`,
  },
  'not-closed': {
    en: `{{ticket}} was not closed: only the person who opened it can do that by
mail. Your message has been added to it, and somebody will read it.

{{queue}}
`,
    de: `{{ticket}} wurde nicht geschlossen: per Mail kann das nur, wer es eröffnet
hat. Ihre Nachricht ist beim Ticket abgelegt, und jemand wird sie lesen.

{{queue}}
`,
  },
  'close-unproven': {
    en: `{{ticket}} is still open: we cannot be sure that it was you who asked us
to close it. Reply to this mail with the word "close" in the first line, and
it will be closed.

{{queue}}
`,
    de: `{{ticket}} ist weiterhin offen: wir können nicht sicher sein, dass Sie es
schließen wollten. Antworten Sie auf diese Mail mit dem Wort "close" in der
ersten Zeile, dann wird es geschlossen.

{{queue}}
`,
  },
  status: {
    en: `{{#isNew}}
{{ticket}} has reached us; nobody has answered it yet.
{{/isNew}}
{{#isOpen}}
{{ticket}} is being worked on.
{{/isOpen}}
{{#isPending}}
{{ticket}} is waiting for your reply.
{{/isPending}}
{{#isResolved}}
{{ticket}} is closed. A reply opens it again.
{{/isResolved}}

To add something, reply to this mail, or write to
{{address}}

{{queue}}
`,
    de: `{{#isNew}}
{{ticket}} ist bei uns eingegangen; es hat aber noch niemand geantwortet.
{{/isNew}}
{{#isOpen}}
{{ticket}} wird bearbeitet.
{{/isOpen}}
{{#isPending}}
{{ticket}} wartet auf eine Antwort von Ihnen.
{{/isPending}}
{{#isResolved}}
{{ticket}} ist geschlossen. Eine Antwort öffnet es wieder.
{{/isResolved}}

Wenn Sie etwas ergänzen möchten, antworten Sie auf diese Mail, oder
schreiben Sie an
{{address}}

{{queue}}
`,
  },
  stopped: {
    en: `You will get no more mail about {{ticket}} until you write to
{{address}} again.

{{queue}}
`,
    de: `Zu {{ticket}} erhalten Sie keine Mail mehr, bis Sie wieder an
{{address}} schreiben.

{{queue}}
`,
  },
  'not-stopped': {
    en: `You will still get mail about {{ticket}}: we cannot be sure that it was you
who asked us to stop. Reply to this mail with the word "stop" in the first
line, and you will get no more.

{{queue}}
`,
    de: `Zu {{ticket}} erhalten Sie weiterhin Mail: wir können nicht sicher sein,
dass die Abbestellung von Ihnen kam. Antworten Sie auf diese Mail mit dem
Wort "stop" in der ersten Zeile, dann erhalten Sie keine weiteren Mails.

{{queue}}
`,
  },
  help: {
    en: `To ask for something, write to
{{address}}
You will get an answer with the number of your ticket; what you reply to it
is added to the same ticket.

In the first line of a reply, you can use a single word:

close    closes the ticket
status   tells you where it stands
stop     no more mail about this ticket
{{#isRefused}}

Nothing in your mail was carried out: commands of our staff need a login, or
a sender that our own mail server has verified.
{{/isRefused}}

{{queue}}
`,
    de: `Wenn Sie etwas von uns möchten, schreiben Sie an
{{address}}
Sie erhalten eine Antwort mit der Nummer Ihres Tickets; was Sie darauf
antworten, gehört zu demselben Ticket.

In die erste Zeile einer Antwort können Sie ein einzelnes Wort schreiben:

close    schließt das Ticket
status   Stand der Bearbeitung
stop     keine Mail mehr zu diesem Ticket
{{#isRefused}}

Von Ihrer Mail wurde nichts ausgeführt: Befehle unserer Mitarbeiter brauchen
eine Anmeldung, oder einen Absender, den unser Mailserver geprüft hat.
{{/isRefused}}

{{queue}}
`,
  },
};
