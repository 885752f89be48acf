/** The desk and its store as a whole: begin, watch, maintain. */
import { PAGE_SCOPES } from '../../config/page-scopes.ts';
import { command, group } from './declare.ts';
import { JSON_OBJECT, JSON_ROWS, TICKET } from './shared.ts';

export const deskCommands = [
  command({
    words: 'init',
    options: {
      '--domain <domain>': 'mail domain of the desk',
      '--dir <dir>': 'put config and store here, not in /etc and /var/lib',
      '--prefix <prefix>': 'first part of the ticket ids (default: SUPPORT)',
      '--first <number>': 'number of the first ticket (default: 7102)',
      '--sendmail <path>': 'default: /usr/sbin/sendmail',
      '--user <user>': 'who will own the store (root only; default: who owns its folder)',
      '--store <database>': 'keep the desk in PostgreSQL (a postgresql:// URI)',
      '--owner-store <database>': 'the same by the role that will own the schema, if it is another',
      '--print': 'only print the lines for Postfix, for the config as it is',
    },
    summary: 'write a config and make an empty store; never overwrites either',
    examples: [
      'mailrobot init --domain support-ticket.example --user mailrobot',
      'mailrobot init --dir ./desk --domain support-ticket.example --first 1',
      'mailrobot init --domain support-ticket.example --store postgresql:///mail',
      'mailrobot init --print',
    ],
    about: `Without \`--dir\` they are \`/etc/mailrobot/config.json\` and \`/var/lib/mailrobot\`.

      With \`--store\`, the desk is kept in that database, and \`/var/lib/mailrobot\` (with \`--dir\` the
      folder \`spool\` in it) has what is being received on this host. With \`--owner-store\`, that
      role makes the schema, and the one of \`--store\` gets the rights that deliveries need: see
      docs/postgresql.md.

      Prints the lines that Postfix needs. With \`--print\` it does that alone, for the config
      that is there, with all of its queues.`,
    load: async () => (await import('../init.ts')).init,
  }),
  command({
    words: 'status',
    options: JSON_OBJECT,
    exits: {
      ...{ 0: 'ok', 1: 'warning', 2: 'critical' },
      3: 'unknown: this user may not look, or wrong usage',
    },
    isPlugin: true,
    summary: 'say in one screen whether a person should look; ends with 0, 1, 2 or 3',
    examples: ['mailrobot status --json'],
    about: `For a monitoring system: store, outbox, sendmail, the server of \`smtp\`, held mail, failed addresses, last mail,
      disk, files that can still be made, recorded mail, subscribers, texts, owners, clock, log. From where
      on it warns, \`status\` in the config says. In a pipe the first line has figures behind a
      bar, as monitoring plugins print them. Takes no lock and sends nothing.`,
    load: async () => (await import('../status.ts')).status,
  }),
  command({
    words: 'doctor',
    options: {
      '--roundtrip': 'also send one mail through the mail server, and wait for its answer',
      '--attack': 'also send forged mails, and say what would become of each',
      ...JSON_OBJECT,
    },
    exits: { 1: 'something is wrong, or it could not be looked at' },
    summary: 'say what is wrong with desk and Postfix, why, and what mends it',
    examples: ['mailrobot doctor', 'mailrobot doctor --roundtrip', 'mailrobot doctor --json'],
    about: `For root, or for the owner of the store. Looks at the config; at owners and modes of
      the alias map, its .db, the config and the store; at the user that Postfix runs mailrobot as;
      at the settings of Postfix; at every address of the desk, by Postfix's own tables and by SMTP
      up to RCPT; at sendmail, disk, lock and file system; and at all that \`mailrobot status\`
      looks at.

      The commands of the aliases are run with an empty mail, as Postfix would run them. Nothing is
      kept of that, no mail is sent, and nothing is changed. Lines that mend a finding are for a
      shell of root's.

      \`--roundtrip\` sends one mail by SMTP to a one-time address of the desk. The delivery tells
      the doctor what it has seen, and answers it by sendmail. The mail takes no number, no ticket
      is opened, and neither staff nor subscribers are told. If the config has \`authservId\`, the
      first line of the mail is a forged Authentication-Results, to see whether it is believed.

      \`--attack\` does that, and then sends mails through the mail server as a stranger would forge
      them: a From of the staff, alone or as the second, Authentication-Results in several spellings
      and places, a percent hack, an address that nobody signed, the desk's own address. At last it sends
      the newest mail by which one of the staff has written to a ticket once more, as whoever has got
      a copy can. Each is decided as any mail, and none is carried out. What would become of each is
      printed.

      With \`--json\`: \`findings\`, each with \`id\`, \`level\` (critical or warning), \`what\`,
      \`why\` and \`mend\`; \`unchecked\`, what could not be looked at, with \`what\` and \`why\`;
      and \`runtime\`.`,
    load: async () => (await import('../doctor.ts')).doctor,
  }),
  command({
    words: 'stats',
    options: {
      '--days <number>': 'the period, today included (default: 14)',
      '--by <what>': { text: '"person": also what each of the staff did', offers: ['person'] },
      ...JSON_OBJECT,
    },
    summary: 'say how the desk does',
    examples: ['mailrobot stats --days 30', 'mailrobot stats --by person'],
    about: `What is open, by queue and age; the time to the first reply and to the resolution, as
      median and 90th percentile, and how many replies came within which time; tickets per day and
      queue; when mail comes. Bars are of plain signs, and all of it fits 80 columns. Days and hours
      are UTC.

      With \`--by person\`: replies, notes and resolved tickets of each of the staff in the config,
      in the order of their names.`,
    load: async () => (await import('../stats.ts')).stats,
  }),
  command({
    words: 'pages',
    arguments: [['<folder>', 'new, empty, or with pages of this desk']],
    options: {
      '--scope <scopes>': {
        text: `more than figures, for a folder behind a login: ${PAGE_SCOPES.join(', ')}`,
        ...{ isList: true, offers: PAGE_SCOPES },
      },
    },
    summary: 'write pages of HTML for a web server, or bring them up to date',
    examples: [
      'mailrobot pages /srv/www/figures',
      'mailrobot pages /srv/www/desk --scope tickets,notes,held',
    ],
    about: `By itself these are statistics without names. With \`--scope tickets\` the open tickets,
      all tickets, and a page for each with its conversation and its log: for a folder that the web
      server shows to those alone who have logged in. With \`notes\` it has their notes as well; held
      mail is in it only by its own scope. Files that came by mail never are, nor raw mail.

      The pages have no script and load nothing. To have them kept up to date with each change, let
      them subscribe to the feed: see docs/pages.md. To write all of them anew, remove the folder.`,
    load: async () => (await import('../pages.ts')).pages,
  }),
  command({
    words: 'due',
    options: { '--dry-run': 'show what would be done, and change nothing', ...JSON_ROWS },
    summary:
      'do what is due: notify the staff, remind customers, close tickets, send later answers',
    examples: ['mailrobot due --dry-run', 'mailrobot due'],
    about: `Tells the staff of tickets that nobody answers, reminds customers who are silent, and
      closes their tickets some time after that, as \`due\` of a queue in the config says.
      Without a timer that calls it, each run does a little of it.

      Sends the answers whose time has come, too: those of \`ticket reply --at\`, those with
      \`Send:\`, and those that \`undo\` of the config keeps back. They are not among the lines that
      it prints, nor those of \`--dry-run\`: \`ticket list\` says when an answer goes out.`,
    load: async () => (await import('../due.ts')).due,
  }),
];

export const storeCommands = [
  command({
    words: 'fsck',
    exits: { 1: 'something is wrong, or the store could not be checked' },
    summary: 'check the whole store; ends with 1 if something is wrong',
    examples: ['mailrobot fsck'],
    about: 'Each finding is one line.',
    load: async () => (await import('../maintain.ts')).fsck,
  }),
  command({
    words: 'rebuild',
    options: {
      '--attachments': 'only those that a power cut may have taken, while mail goes on',
    },
    summary: 'make the derived files again from journal and raw mail',
    examples: ['mailrobot rebuild'],
    about: 'After a power cut, runs start `mailrobot rebuild --attachments` by themselves.',
    load: async () => (await import('../maintain.ts')).rebuild,
  }),
  command({
    words: 'upgrade',
    options: {
      '--owner-store <database>': 'by whom the schema in a database is upgraded, if it is another',
    },
    summary: 'write what an older mailrobot wrote in the newest format',
    examples: ['mailrobot upgrade'],
    about: `Nothing needs it: older formats stay readable. Tickets, mail, numbers, cursors and the
      ids of events stay as they are. Mail that comes in meanwhile waits for its end. Killed at
      any point, it has done nothing, or the next run finishes it.

      In a database, the schema must be of the version of the program, or mail is deferred (75):
      upgrade it right behind the first host, by the role that owns it, and then the other hosts.`,
    load: async () => (await import('../upgrade.ts')).upgrade,
  }),
  group({
    words: 'key',
    summary: 'change the key behind signed Message-IDs and addresses',
    description: 'The key behind signed Message-IDs and addresses.',
    examples: ['mailrobot key rotate', 'mailrobot key revoke bob'],
  }),
  command({
    words: 'key rotate',
    summary: 'sign with a new key; what an older one has signed still counts',
    examples: ['mailrobot key rotate'],
    about: 'The last nine keys before it still verify.',
    load: async () => (await import('../maintain.ts')).rotateKey,
  }),
  command({
    words: 'key revoke',
    arguments: [['<person>', { text: 'their name in the config', offers: 'staff' }]],
    summary: 'make the reply addresses given to a person invalid',
    examples: ['mailrobot key revoke bob'],
    about: `These are the signed addresses that a person of the staff was given for replies and
      notes. By themselves they end after 30 days.`,
    load: async () => (await import('../maintain.ts')).revoke,
  }),
  command({
    words: 'export',
    arguments: [['<person>', 'an address']],
    options: {
      '--mbox': 'their mails, as they came and went; else JSON',
      '--scope <scope>': 'notes: also notes, and names of the staff',
    },
    summary: 'give what is known of a person: what they wrote, and what was written to them',
    examples: [
      'mailrobot export nic@ferrier.example >nic.json',
      'mailrobot export nic@ferrier.example --mbox >nic.mbox',
    ],
    about: `Their tickets, those that they are on, and mail of theirs that is held. What others
      wrote on these tickets is left out. With \`--scope notes\`: notes on their tickets, who of
      the staff wrote what, assignee, priority and tags.`,
    load: async () => (await import('../export.ts')).exportPerson,
  }),
  command({
    words: 'erase',
    arguments: [['<what>', 'an address, or the id of a ticket']],
    options: { '--dry-run': 'say what would be erased, and change nothing' },
    summary: 'remove the words, addresses and files of a person, or of a ticket',
    examples: [
      'mailrobot erase nic@ferrier.example --dry-run',
      'mailrobot erase nic@ferrier.example',
      'mailrobot erase 7102',
    ],
    about: `Of a person: what they have written, what was written to them, and who they are. Their
      tickets are resolved and empty. Numbers and cursors stay, and no number is given again.
      Notes of the staff, and mail of others, stay as they are; those that repeat words of the
      person, their address or their name are listed. To erase a ticket takes all of it, whoever
      wrote there.

      What was erased is remembered by keyed hashes in \`erasures.json\` beside the config, and
      \`mailrobot restore\` erases it once more. A ticket on legal hold is refused. Derived files
      are made again, and mail waits meanwhile, as with \`mailrobot rebuild\`. Killed at any
      point, it has done nothing, or the next run finishes it.

      Out of its reach: the log of the mail server and of mailrobot, what is in the mailboxes of
      the staff and of the person, what subscribers were told, and backups that exist already.`,
    load: async () => (await import('../erase.ts')).erase,
  }),
  command({
    words: 'legal-hold',
    arguments: [TICKET],
    options: { '--lift': 'end it' },
    summary: 'let nobody erase a ticket, nor its raw mail expire, until that is lifted',
    examples: ['mailrobot legal-hold 7102', 'mailrobot legal-hold 7102 --lift'],
    about: `To erase a person is refused as well while words of theirs are in such a ticket. What
      is in it can be exported.`,
    load: async () => (await import('../legal-hold.ts')).legalHold,
  }),
  command({
    words: 'backup',
    arguments: [['<file>', 'the archive, which must not be there yet; - is stdout']],
    summary: 'write the live store, config, templates and snippets into a tar archive',
    examples: ['mailrobot backup desk.tar', 'mailrobot backup - | ssh other "cat > desk.tar"'],
    about: `Consistent to a commit, with the keys. An archive that cannot be finished is removed.

      What is written to stdout holds the keys too, and whoever writes it into a file sets its
      mode: use umask 077.`,
    load: async () => (await import('../backup.ts')).backup,
  }),
  command({
    words: 'restore',
    arguments: [['<file>', 'an archive that mailrobot backup has written']],
    options: {
      '--user <user>': 'who will own the store (root only; default: who owned it)',
      '--owner-store <database>': 'who makes the schema, if "store" is a database without one',
    },
    summary: 'make the store from a backup',
    examples: ['mailrobot restore desk.tar --user mailrobot'],
    about: `Only if there is no store (any more). Config, templates and snippets come back beside the
      present ones, as \`config.json.restored\`, \`templates.restored/\` and
      \`snippets.restored/\`. On a new host, which has no config, the config of the backup is written with \`.restored\` behind its name, and
      the command asks you to look at it first. An archive that names anything outside of a store
      is refused. It does not matter which kind of store the backup is of: into a database that
      "store" of the config names it is brought in one transaction, if that has no commit yet, and
      its schema is made if there is none.

      A new epoch begins, and 1000 ticket numbers are skipped. The restored store takes mail,
      and rests: nothing goes out, and no subscriber is told anything until \`mailrobot
      resume\`.`,
    load: async () => (await import('../restore.ts')).restore,
  }),
  command({
    words: 'resume',
    options: { '--yes': 'without a question' },
    exits: { 1: 'nothing has gone out, or it could not be done' },
    summary: 'let a restored store send again; first lists what would go out',
    examples: ['mailrobot resume', 'mailrobot resume --yes'],
    about: `Lists which mails would go out, to whom and how old they are, and how many events each
      subscriber would be told. Sends them after a yes at the terminal, or with \`--yes\`; else
      it changes nothing and ends with 1.`,
    load: async () => (await import('../resume.ts')).resume,
  }),
];
