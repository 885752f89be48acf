/** What stands on the page of `mailrobot --help` beside the rows of the table. */
import { optionsOf } from './declare.ts';

export const PROGRAM = {
  name: 'mailrobot',
  summary: 'turns a Postfix alias into a ticket desk',
  /** What may stand in every command line. */
  options: optionsOf({
    '--version': 'print the version',
    '--config <file>': 'default: $MAILROBOT_CONFIG or /etc/mailrobot/config.json',
  }),
  help: { flags: '-h, --help', text: 'show this help' },
  helpCommand: { words: 'help', flags: '[command]', summary: 'show the help of a command' },
  note: `In an alias file:
  new:     "|/usr/local/bin/mailrobot new || exit 75"
  support: "|/usr/local/bin/mailrobot reply || exit 75"
  control: "|/usr/local/bin/mailrobot control || exit 75"`,
  examples: [
    'mailrobot init --domain support-ticket.example --user mailrobot',
    'mailrobot < message.eml',
    'mailrobot ticket list',
    'mailrobot ticket reply SUPPORT-7102 -m "I have reset your password."',
  ],
} as const;
