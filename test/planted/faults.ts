/**
 * Faults that somebody could plant by a slip of one line, and the tests that must find them.
 *
 * Each passes the type check, and is seen by a person: `name` says how. `before` stands in
 * `file` exactly once; `after` takes its place. `tests` are the narrowest files that find it.
 * Who moves or renames code moves `file` and `before` along, and never drops a fault:
 * together they are the proof that the suite finds what it should (run.ts).
 */
export interface Fault {
  /** What goes wrong, for a person. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly tests: readonly [string, ...string[]];
  /** Of these files only the tests that have this in their name: processes take long. */
  readonly named?: string;
}

const DECISIONS: readonly Fault[] = [
  {
    name: 'a robot that anybody starts writes on any ticket',
    file: 'src/robots/output.ts',
    before: "return from === 'staff' || proof !== undefined || isOwn",
    after: "return from === 'staff' || from === 'anybody' || proof !== undefined || isOwn",
    tests: ['test/robots/output.test.ts'],
  },
  {
    name: 'one run of a robot floods an address beyond the caps',
    file: 'src/robots/answerable.ts',
    before: 'made.push(next);',
    after: 'made.concat(next);',
    tests: ['test/robots/desk.test.ts'],
  },
  {
    name: 'mail to an erased person on the ticket of another still goes out',
    file: 'src/journal/erasing/scope.ts',
    before: 'if (known.isPerson(recipient)) return true;',
    after: 'if (known.isPerson(recipient)) return ticket === null;',
    tests: ['test/journal/erasing.test.ts'],
  },
  {
    name: 'to erase a person takes the notes of the staff',
    file: 'src/journal/erasing/scope.ts',
    before: "if (change.type === 'note.added') return true;",
    after: "if (change.type === 'note.added') return false;",
    tests: ['test/journal/erasing.test.ts'],
  },
  {
    name: 'what is erased can be tried out by a hash in the index',
    file: 'src/journal/erasing/numbers.ts',
    before: "const isStaffs = delivery?.decision.trust === 'staff';",
    after: "const isStaffs = delivery?.decision.trust !== 'automatic';",
    tests: ['test/journal/erasing.test.ts'],
  },
  {
    name: 'raw mail about a ticket on legal hold expires',
    file: 'src/ticket/legal-hold.ts',
    before: 'return [ticketOf(change), writtenTo(change)].flatMap((id) => id ?? []);',
    after: 'return [ticketOf(change), writtenTo(change)].slice(0, 1).flatMap((id) => id ?? []);',
    tests: ['test/stores/files/retention.test.ts'],
  },
  {
    name: 'a mail for another queue is told to nobody there',
    file: 'src/desk/tell.ts',
    before: 'alsoTo.some((queue) => isForAll(person, queue))',
    after: 'alsoTo.some((queue) => isForAll(person, queue) && queue === ticket.queue)',
    tests: ['test/decision/across-queues.test.ts'],
  },
  {
    name: 'an answer to a ticket of last year opens that again',
    file: 'src/decision/linked-ticket.ts',
    before: 'if (!(isForOther || isOver(ticket))) return null;',
    after: 'if (!isForOther) return null;',
    tests: ['test/decision/linked-ticket.test.ts'],
  },
  {
    name: 'the new address of a ticket that was moved leads to an empty one',
    file: 'src/journal/gather-facts.ts',
    before: '[id, ticketCalled(id, find)]',
    after: '[id, ticketCalled(id, find) && find(id)]',
    tests: ['test/desk/move.test.ts'],
  },
  {
    name: 'a ticket that comes back to a queue gets a second address there',
    file: 'src/desk/move.ts',
    before: 'namesOf(ticket).find((name) => queueIn(name) === queue)',
    after: 'namesOf(ticket).slice(1).find((name) => queueIn(name) === queue)',
    tests: ['test/desk/move.test.ts'],
  },
  {
    name: 'a vacation answer is answered, and two machines write to each other',
    file: 'src/decision/checks.ts',
    before: "name === 'auto-submitted' && keyword(value) === REPLIED",
    after: "name === 'auto-submitted' && keyword(value) === 'replied'",
    tests: ['test/decision/guard.test.ts'],
  },
  {
    name: 'a mark that a relay puts on every mail keeps a person out of the desk',
    file: 'src/decision/checks.ts',
    before: "name: 'bulk',\n    says: 'maybe',",
    after: "name: 'bulk',\n    says: 'machine',",
    tests: ['test/decision/marks.test.ts'],
  },
  {
    name: 'a customer who answers from a second address is reminded that they are silent',
    file: 'src/ticket/ticket.ts',
    before: 'return message.mark !== undefined || !isOnTicket(',
    after: 'return message.mark !== undefined && !isOnTicket(',
    tests: ['test/decision/marks.test.ts'],
  },
  {
    name: 'whoever writes the address of one of the staff into From gives commands',
    file: 'src/decision/trust.ts',
    before: 'const isFromStaff = authenticated !== null && named !== null',
    after: 'const isFromStaff = named !== null',
    tests: ['test/decision/trust.test.ts'],
  },
  {
    name: 'a stranger who has got one mail of ours writes into any ticket whose number they guess',
    file: 'src/decision/into-ticket.ts',
    before: "by !== 'address' || isOnTicket || bySignedReference === ticket",
    after: "by !== 'address' || isOnTicket || bySignedReference !== null",
    tests: ['test/decision/route.test.ts'],
  },
  {
    name: 'a program on this host writes a Received line, and its forged results are believed',
    file: 'src/decision/border.ts',
    before: 'return isOwn || (isSame && (at > 0 || isFromOutside));',
    after: 'return isOwn || isSame || (at > 0 && isFromOutside);',
    tests: ['test/decision/border.test.ts'],
  },
  {
    name: 'an old mail of the staff with a date in the future is carried out when somebody sends it again',
    file: 'src/decision/doubt.ts',
    before: 'Math.abs(mail.now.getTime() - date) <= GOOD_FOR_MS',
    after: 'mail.now.getTime() - date <= GOOD_FOR_MS',
    tests: ['test/decision/doubt.test.ts'],
  },
  {
    name: 'a customer who has come to know a reply address of the staff answers in their name',
    file: 'src/decision/given.ts',
    before: "if (about.role === 'note' || isTheirs)",
    after: "if (about.role === 'answer' || isTheirs)",
    tests: ['test/desk/desk-mail.test.ts'],
  },
  {
    name: 'a colleague lets out what came back to somebody else',
    file: 'src/decision/route.ts',
    before: 'if (isByWhoeverIsAsked) return',
    after: 'if (isByWhoeverIsAsked || isTheWord) return',
    tests: ['test/desk/send.test.ts'],
  },
  {
    name: 'what came back and went out by the word of its author seems to wait for it still',
    file: 'src/journal/lookups.ts',
    before: 'messageId !== null && !this.hasActed(found.person, messageId)',
    after: 'messageId !== null',
    tests: ['test/desk/send.test.ts'],
  },
  {
    name: 'a mark of spam that the sender wrote counts as one of our filter',
    file: 'src/decision/decide.ts',
    before: 'spam: spamVerdict(ours, config.spam),',
    after: 'spam: spamVerdict(message.fields, config.spam),',
    tests: ['test/decision/spam.test.ts'],
  },
  {
    name: 'a storm: who writes twice within it is known, and gets what others would',
    file: 'src/decision/caps.ts',
    before: 'return firstWrote === null || ageOf(firstWrote, now) < firstTime.hours * HOUR_MS;',
    after: 'return firstWrote === null || firstTime.hours * HOUR_MS < ageOf(firstWrote, now);',
    tests: ['test/decision/caps.test.ts'],
  },
  {
    name: 'a storm: more than ten new tickets are told alone in ten minutes',
    file: 'src/desk/told-together.ts',
    before: 'const isToldAlone = countOf(limit, answered) < limit.most;',
    after: 'const isToldAlone = countOf(limit, answered) <= limit.most;',
    tests: ['test/desk/told-together.test.ts'],
  },
  {
    name: 'a monitor: what is proven is counted on a ticket that a forged mail has opened',
    file: 'src/desk/repeats.ts',
    before: "const isProven = decision.trust !== 'claimed';",
    after: "const isProven = decision.trust !== 'claimed' || decision.trust === 'claimed';",
    tests: ['test/desk/repeats.test.ts'],
  },
  {
    name: 'with a new tag for each mail an address gets as many automatic answers as it likes',
    file: 'src/journal/limits.ts',
    before: '&& mailboxOf(address) === mailbox;',
    after: '&& mailboxOf(address) === mailbox && address === to.mailbox;',
    tests: ['test/decision/caps.test.ts', 'test/contract/commits.test.ts'],
  },
  {
    name: 'a mail that a power cut moved back into its slot is not looked for there',
    file: 'src/stores/files/moved-back.ts',
    before: 'join(SLOTS, name), join(',
    after: "join(SLOTS, 'x'), join(",
    tests: ['test/stores/files/slots.test.ts'],
  },
  {
    name: 'a mail is received into a slot that holds another one',
    file: 'src/stores/files/slots.ts',
    before: '|| sizeOf(path) !== 0) continue;',
    after: '|| sizeOf(path) === null) continue;',
    tests: ['test/stores/files/slots.test.ts'],
  },
  {
    name: 'two commits at once give one number to two tickets',
    file: 'src/journal/limits.ts',
    before: '(number(one) ?? 0) <= limit.number',
    after: '(number(one) ?? 0) <= limit.number + 1',
    tests: ['test/contract/commits.test.ts'],
  },
  {
    name: 'a commit rests on a ticket that was not there, and is there by now',
    file: 'src/journal/gather-facts.ts',
    before: 'return versionOf(facts) === versionOf(now);',
    after:
      'const known = (one: Facts) => versionOf({ ...one, seqs: new Map([...one.seqs].filter(([id]) => facts.seqs.get(id) !== 0)) });\n  return known(facts) === known(now);',
    tests: ['test/contract/commits.test.ts'],
  },
  {
    name: 'a command that the MTA hands in by two addresses is carried out twice',
    file: 'src/decision/copies.ts',
    before: "if (has('done')) return 'duplicate';",
    after: "if (has('returned')) return 'duplicate';",
    tests: ['test/decision/copies.test.ts'],
  },
  {
    name: 'a stranger who names the Message-ID of a customer gets their words into the ticket',
    file: 'src/decision/references.ts',
    before: 'if (known !== null && isOnTicket(known, sender))',
    after: 'if (known !== null && isOnTicket(known, sender) !== null)',
    tests: ['test/decision/references.test.ts'],
  },
];

const STORE: readonly Fault[] = [
  {
    name: 'a mail that was acknowledged is gone after a power cut: its line was not durable',
    file: 'src/stores/files/journal.ts',
    before: 'await this.#syncLines(fd, path);',
    after: 'if (offset === 0) await this.#syncLines(fd, path);',
    tests: ['test/faults/order.test.ts'],
  },
  {
    name: 'a mail that was acknowledged has no raw copy after a power cut: its name was not durable',
    file: 'src/stores/files/slots.ts',
    before: 'syncDirectory(folder);',
    after: "if (folder === '') syncDirectory(folder);",
    tests: ['test/faults/power-cut.test.ts'],
  },
  {
    name: 'what a power cut took of an acknowledged mail is never made again: an old head is believed',
    file: 'src/stores/files/head.ts',
    before: "return head !== null && head.boot === boot && boot !== '' ? head : null;",
    after: "return head !== null && boot !== '' ? head : null;",
    tests: ['test/stores/files/file-store.test.ts'],
  },
  {
    name: 'a line of the journal that somebody has changed is never found',
    file: 'src/stores/files/journal-lines.ts',
    before: 'before !== undefined && prev !== before)',
    after: 'before !== undefined && prev !== before && seq === 0)',
    tests: ['test/stores/files/chain.test.ts'],
  },
  {
    name: 'mails that come at once are one link of the chain, and the store is damaged',
    file: 'src/stores/files/journal.ts',
    before: 'before = hashOf(one.line);',
    after: 'if (end === texts) before = hashOf(one.line);',
    tests: ['test/stores/files/chain.test.ts'],
  },
  {
    name: 'a commit of a newer program is cut off as if a power cut had torn it',
    file: 'src/stores/files/journal-lines.ts',
    before: 'if (version > RECORD_VERSION) {',
    after: 'if (parseLine(text) !== null && version > RECORD_VERSION) {',
    tests: ['test/stores/files/chain.test.ts'],
  },
  {
    name: 'after an upgrade that was killed the store is damaged, and mail waits',
    file: 'src/stores/files/recovery.ts',
    before: 'finishUpgrade(store);',
    after: 'if (isSameBoot) finishUpgrade(store);',
    tests: ['test/stores/files/upgrade.test.ts'],
  },
  {
    name: 'subjects stand in the journal, where nobody can erase them',
    file: 'src/journal/words.ts',
    before: "  ['asks', oneOf('|close|')],\n",
    after: "  ['asks', oneOf('|close|')],\n  ['subject', /./],\n",
    tests: ['test/journal/texts.test.ts'],
  },
  {
    name: 'a power cut leaves a line of the journal without its texts: they were not durable',
    file: 'src/stores/files/texts.ts',
    before: 'await this.#sync(fd, path);',
    after: 'if (lines.length === 0) await this.#sync(fd, path);',
    tests: ['test/stores/files/texts.test.ts', 'test/faults/order.test.ts'],
  },
  {
    name: 'a text that somebody has changed is shown as what the customer wrote',
    file: 'src/journal/texts.ts',
    before: 'if (rootOf(leaves) !== root) return null;',
    after: "if (rootOf(leaves) !== root && sum === '') return null;",
    tests: ['test/journal/texts.test.ts', 'test/stores/files/texts.test.ts'],
  },
  {
    name: 'a mail that the MTA tries again after five days makes a second ticket',
    file: 'src/journal/lookups.ts',
    before: 'const DELIVERY_DAYS = 14;',
    after: 'const DELIVERY_DAYS = 4;',
    tests: ['test/intake/retry.test.ts'],
  },
  {
    name: 'whoever comes late hands a mail over that has gone already: the customer gets it twice',
    file: 'src/stores/files/hand-over.ts',
    before: '[ -e "$0" ] || exit',
    after: '[ -e "$0" ] || :',
    tests: ['test/stores/files/file-store.test.ts'],
  },
  {
    name: 'whoever comes late hands a mail over by SMTP that has gone already',
    file: 'src/stores/files/submitting.ts',
    before: 'if (!isOurs) {',
    after: 'if (!isOurs && mailFd < 0) {',
    tests: ['test/contract/outgoing.test.ts'],
  },
  {
    name: 'two mails that go by SMTP at once share a claim, and one of them is lost',
    file: 'src/stores/files/own-claims.ts',
    before: 'path !== null && nlink === 1 && exists(path)',
    after: 'path !== null && nlink > 0 && exists(path)',
    tests: ['test/stores/files/own-claims.test.ts'],
  },
  {
    name: 'an automatic reply goes twice by SMTP, since the connection was lost behind the final dot',
    file: 'src/doors/submission.ts',
    before: 'if (hasEnded) return',
    after: "if (hasEnded && reason === '') return",
    tests: ['test/doors/relay.test.ts'],
  },
  {
    name: 'a power cut hides that a mail had begun by SMTP, and it goes twice',
    file: 'src/stores/files/submitting.ts',
    before: 'await sync();',
    after: 'if (mailFd < 0) await sync();',
    tests: ['test/faults/submission.test.ts'],
  },
  {
    name: 'a mail that somebody let in stays on the list of held mail',
    file: 'src/journal/lists/held.ts',
    before: "      case 'mail.released':\n",
    after: '',
    tests: ['test/intake/release.test.ts'],
  },
  {
    name: 'a flood in one queue hides from the staff what happens in another',
    file: 'src/journal/lists/notices.ts',
    before: 'pending.filter((known) => known.queue === queue).length >= MAX_LISTED_PER_QUEUE',
    after: 'pending.length >= MAX_LISTED_PER_QUEUE',
    tests: ['test/journal/lists/notices.test.ts'],
  },
  {
    name: 'two queues that count together give two tickets the same number',
    file: 'src/journal/lists/numbers.ts',
    before: 'found.length === 0 ? first : Math.max(...found)',
    after: 'found.length === 0 ? first : Math.min(...found)',
    tests: ['test/process/queues.test.ts'],
    named: 'queues that share their numbers',
  },
  {
    name: 'after a restore an answer to an older mail of ours is a stranger’s',
    file: 'src/addresses/token.ts',
    before: 'return [keys.epoch, ...keys.pastEpochs].find(isMadeIn) ?? null;',
    after: 'return [keys.epoch, ...keys.pastEpochs.slice(1)].find(isMadeIn) ?? null;',
    tests: ['test/addresses/signed-id.test.ts'],
  },
];

const STAFF_MAIL: readonly Fault[] = [
  {
    name: 'a line of a stranger, wrapped by a client in a quote, is carried out as a command',
    file: 'src/desk/command-block.ts',
    before: 'if (isPart(line) && isFree(lines[end])) {',
    after: 'if (isPart(line)) {',
    tests: ['test/desk/command-block.test.ts'],
  },
  {
    name: '"Status: resolved" above an answer leaves the ticket waiting for the customer',
    file: 'src/desk/grammar.ts',
    before: "field: 'Status',\n      isLast: true,",
    after: "field: 'Status',",
    tests: ['test/desk/command-block.test.ts'],
  },
  {
    name: 'the visiting card of one of the staff goes to the customer with the answer',
    file: 'src/desk/sent-files.ts',
    before: 'if (CARD.test(contentType) || /\\.vcf$/i.test(filename)) {',
    after: 'if (CARD.test(contentType) && filename === contentType) {',
    tests: ['test/desk/whole-answers.test.ts'],
    named: 'a card stays',
  },
  {
    name: 'words of a note go to the customer with an answer',
    file: 'src/desk/answer-doubts.ts',
    before: 'const inner = innerWordsIn(text, texts);',
    after: "const inner = innerWordsIn('', texts);",
    tests: ['test/desk/whole-answers.test.ts'],
    named: 'a note,',
  },
  {
    name: 'an answer to somebody who is not on the ticket goes to the customer',
    file: 'src/desk/answered.ts',
    before: 'const outsider = outsiderIn(ticket, known);',
    after: 'const outsider = outsiderIn(ticket, unclear.length >= 0 ? null : known);',
    tests: ['test/desk/whom.test.ts'],
  },
  {
    name: 'an answer is cut below two dashes and a blank',
    file: 'src/reading/quotes/authors-lines.ts',
    before: "if (fates[end] !== 'own' && isSignature(below))",
    after: "if (fates[end] !== 'own' && isSignature(below.slice(0, 0)))",
    tests: ['test/desk/whole-answers.test.ts'],
    named: 'two dashes and a blank',
  },
  {
    name: 'a long mail that comes back to its author comes back without its end',
    file: 'src/desk/returned.ts',
    before: 'const isTold = told.length === text.length && !hasFiles;',
    after: 'const isTold = told.length <= text.length && !hasFiles;',
    tests: ['test/limits/amplification.test.ts'],
    named: 'comes back to its author, whole',
  },
  {
    name: 'commands of which nobody knows who sent them are carried out unasked',
    file: 'src/desk/control.ts',
    before: "if (type === 'control' && person !== null && doubt !== null) {",
    after: "if (type === 'control' && person !== null && doubt?.check === 'copied') {",
    tests: ['test/desk/confirm.test.ts'],
  },
  {
    name: '"send no more of this" confirms a mail that waits for the word of its author',
    file: 'src/decision/given.ts',
    before: '{0,4}$/i.test(first.trim())',
    after: '{0,4}/i.test(first.trim())',
    tests: ['test/process/copied-mail.test.ts'],
    named: 'send, and nothing else',
  },
  {
    name: 'a customer whose mail was passed on is shown the Message-ID of the mail to the desk',
    file: 'src/desk/incoming.ts',
    before: 'asked === undefined ? mail : { references: [], messageId: asked.messageId }',
    after: 'asked === undefined ? mail : { ...mail, messageId: asked.messageId ?? mail.messageId }',
    tests: ['test/desk/on-behalf.test.ts'],
  },
  {
    name: 'whoever takes a ticket is written to that they have it',
    file: 'src/desk/tell.ts',
    before: 'given.to === person.name && !isBy(person, given.by, desk.staff);',
    after: 'given.to === person.name;',
    tests: ['test/desk/tell.test.ts'],
  },
  {
    name: 'tickets of different people are merged without a word',
    file: 'src/desk/merge.ts',
    before: 'if (other !== undefined && isTogether !== true && peopleOf(into).length > 0) {',
    after: 'if (other !== undefined && isTogether !== true && peopleOf(into).length < 0) {',
    tests: ['test/desk/perform.test.ts'],
  },
  {
    name: 'an answer to the customer alone goes to whom they had in copy',
    file: 'src/desk/answered.ts',
    before: 'const isForAll = isToAll(message, config);',
    after: "const isForAll = isToAll(message, config) || config.copies !== 'none';",
    tests: ['test/desk/in-copy.test.ts'],
  },
  {
    name: 'a long mail to many tickets stands in each of them',
    file: 'src/desk/elsewhere.ts',
    before: 'const halved = 2 ** (tickets - 1);',
    after: 'const halved = 2 ** (1 - tickets);',
    tests: ['test/desk/elsewhere.test.ts'],
  },
];

const LETTERS: readonly Fault[] = [
  {
    name: 'a reply address that was given to one of the staff is good for years',
    file: 'src/addresses/signed-address.ts',
    before: 'const GOOD_FOR_MINUTES = 30 * 24 * 60;',
    after: 'const GOOD_FOR_MINUTES = 30 * 24 * 60 * 60;',
    tests: ['test/addresses/signed-address.test.ts'],
  },
  {
    name: 'the subject grows with each answer: RE: AW: Re: Help',
    file: 'src/letters/subject.ts',
    before: "while (bare.includes(':') && REPLY_MARK.test(bare)) bare",
    after: "if (bare.includes(':') && REPLY_MARK.test(bare)) bare",
    tests: ['test/letters/subject.test.ts'],
  },
  {
    name: 'what the desk says by itself does not say so, and machines answer it',
    file: 'src/letters/compose.ts',
    before: "'Auto-Submitted': letter.automatic,",
    after: '',
    tests: ['test/letters/compose.test.ts', 'test/letters/write.test.ts'],
  },
  {
    name: 'a customer who writes German is answered in the English of the queue',
    file: 'src/letters/templates/text.ts',
    before: '[language, queueLanguage].find(isBuiltIn)',
    after: '[queueLanguage, language].find(isBuiltIn)',
    tests: ['test/letters/templates/text.test.ts'],
  },
  {
    name: 'who has asked for no more mail about a ticket gets copies of answers all the same',
    file: 'src/desk/answer.ts',
    before:
      'failingVerdict(failedIn(context, person.address)) === null &&\n    !isMuted(ticket, person.address);',
    after: 'failingVerdict(failedIn(context, person.address)) === null;',
    tests: ['test/desk/perform.test.ts'],
  },
];

const FEED: readonly Fault[] = [
  {
    name: 'whoever has read the first commit that a restore lost is never told of the restore',
    file: 'src/feed/cursor.ts',
    before: 'seq >= next.first)',
    after: 'seq > next.first)',
    tests: ['test/feed/cursor.test.ts'],
  },
  {
    name: 'a subscriber reads on in a journal that is another one, and nobody knows what they missed',
    file: 'src/feed/feed.ts',
    before: 'hash8Of(hash) === position.hash8',
    after: "hash8Of(hash) !== ''",
    tests: ['test/contract/log.test.ts'],
  },
  {
    name: 'internal notes are told to every subscriber',
    file: 'src/feed/event.ts',
    before: "data: { serial, text, by }, scope: 'notes' }",
    after: 'data: { serial, text, by } }',
    tests: ['test/feed/event.test.ts'],
  },
  {
    name: 'an event that comes by two ways is carried out twice',
    file: 'src/feed/read-order.ts',
    before: 'id: originid ?? id,',
    after: 'id: id ?? originid,',
    tests: ['test/feed/read-order.test.ts'],
  },
];

const READING: readonly Fault[] = [
  {
    name: 'behind megabytes of other fields nobody sees who a mail is from',
    file: 'src/reading/header-section.ts',
    before: 'isRoom || (NEEDED.has(name) && !this.#names.has(name))',
    after: 'isRoom || (NEEDED.has(name) && this.#names.has(name))',
    tests: ['test/reading/bounded-mail.test.ts'],
  },
  {
    name: 'what was found inside uuencoded text goes out with the notification',
    file: 'src/letters/write-to-desk.ts',
    before: 'message?.attachments.filter(isSendable)',
    after: 'message?.attachments.filter(() => isSendable)',
    tests: ['test/process/found.test.ts'],
  },
  {
    name: 'words of a signed S/MIME message go out with the notification',
    file: 'src/ticket/found.ts',
    before: 'foundLines === undefined || foundLines.length === 0',
    after: 'foundLines === undefined || foundLines.length >= 0',
    tests: ['test/process/found.test.ts'],
  },
  {
    name: 'words of the staff inside winmail.dat are an answer',
    file: 'src/desk/ordered-by-mail.ts',
    before: 'if (found !== undefined) {',
    after: 'if (found !== undefined && message.foundLines.length === 0) {',
    tests: ['test/process/found.test.ts'],
  },
  {
    name: 'umlauts in a mail that wrongly says UTF-8 are question marks',
    file: 'src/reading/charsets/other.ts',
    before: 'return windows1252(octets);',
    after: "return windows1252(octets).replace(/[^ -~]/g, '?');",
    tests: ['test/reading/words.test.ts'],
  },
  {
    name: 'whatever a page holds as data comes out of it under the name of a picture',
    file: 'src/reading/pictures-in-html.ts',
    before: 'if (!isPicture || found.has(data)) continue;',
    after: "if ((!isPicture && data === '') || found.has(data)) continue;",
    tests: ['test/reading/pictures-in-html.test.ts'],
  },
  {
    name: 'a plain footer behind base64 is decoded',
    file: 'src/reading/base64.ts',
    before: 'if (end === 0 || !PROSE.test(behind))',
    after: 'if (end >= 0 || !PROSE.test(behind))',
    tests: ['test/reading/base64.test.ts'],
  },
  {
    name: 'a page that no filter has seen as one goes along as a file',
    file: 'src/reading/message.ts',
    before: "part.kind === 'html' && !part.isSaidPlain ?",
    after: "part.kind === 'html' ?",
    tests: ['test/reading/sent-by-programs.test.ts'],
  },
  {
    name: 'a quote of two marks is one of one',
    file: 'src/reading/blocks/plain-lines.ts',
    before: "marks.replace(/[^>＞|]/g, '').length",
    after: "marks.slice(0, 1).replace(/[^>＞|]/g, '').length",
    tests: ['test/reading/blocks.test.ts'],
  },
  {
    name: 'a long signature is shown as what the customer wrote',
    file: 'src/reading/blocks/in-blocks.ts',
    before: "if (raw === '-- ' && text !== '')",
    after: "if (raw.trimEnd() === '-- ' && text !== '')",
    tests: ['test/reading/quotes/new-lines.test.ts'],
  },
];

const PIPE: readonly Fault[] = [
  {
    name: 'Postfix bounces the mail of a customer if node dies',
    file: 'bin/mailrobot',
    before: '*) defer "$name ended with status $status" ;;',
    after: '*) exit $status ;;',
    tests: ['test/process/launcher.test.ts'],
    named: 'an option that node does not know',
  },
  {
    name: 'on a full disk nobody is told that it is full',
    file: 'src/stores/disk/disk.ts',
    before: "ENOSPC: 'store-full',",
    after: "ENOSPC: 'store-failed',",
    tests: ['test/faults/concurrency.test.ts'],
    named: 'a full disk',
  },
];

const OPERATING: readonly Fault[] = [
  {
    name: "a stranger's Message-ID writes lines of its own into a log that others read",
    file: 'src/intake/log-line.ts',
    before: "text.slice(0, MAX_CHARACTERS).replace(/[^!-~]/g, '?')",
    after: 'text.slice(0, MAX_CHARACTERS)',
    tests: ['test/intake/log-line.test.ts'],
  },
  {
    name: 'whoever writes to an address like the doctor’s has their mail vanish',
    file: 'src/intake/trial.ts',
    before: 'if (!trials.isAwaited(token)) return false;',
    after: "if (token === '') return false;",
    tests: ['test/intake/trial.test.ts'],
  },
  {
    name: 'the doctor does not see that Postfix runs mailrobot as nobody',
    file: 'src/doctor/owners.ts',
    before: 'const isRight = user === null || user.uid === owner.uid || owner.uid === 0;',
    after: 'const isRight = user === null || read.owner.uid === 0 || user.uid === owner.uid;',
    tests: ['test/doctor/diagnose.test.ts'],
  },
  {
    name: 'a store that has no room left is only a warning',
    file: 'src/reports/level.ts',
    before: "if (critical !== undefined && value < critical) return 'critical';",
    after: "if (critical !== undefined && value < critical) return 'warning';",
    tests: ['test/reports/health.test.ts'],
  },
];

const OUTBOX = ['test/stores/postgres/outbox.test.ts'] as const;

const DATABASE: readonly Fault[] = [
  {
    name: 'in a database: a host that was stopped sends the final dot of a mail that went elsewhere',
    file: 'src/stores/postgres/outbox.ts',
    before: 'if (!(await claim.holds())) throw',
    after: 'if ((await claim.holds()) === null) throw',
    tests: OUTBOX,
  },
  {
    name: 'in a database: a mail is begun once more while a commit tells that it has gone',
    file: 'src/stores/postgres/schema/outbox.ts',
    before: ' FOR KEY SHARE',
    after: '',
    tests: OUTBOX,
  },
  {
    name: 'in a database: nobody renews a lease, and a slow mail goes twice',
    file: 'src/stores/postgres/claims.ts',
    before: 'else if (!(await this.#renew()))',
    after: 'else if (this.#isNoted)',
    tests: OUTBOX,
  },
  {
    name: 'in a database: a secret stays when its mail has gone',
    file: 'src/stores/postgres/claims.ts',
    before: 'AND t.ended <> ',
    after: 'AND t.ended = ',
    tests: OUTBOX,
  },
];

export const FAULTS: readonly Fault[] = [
  ...[...DECISIONS, ...STORE, ...STAFF_MAIL],
  ...[...LETTERS, ...FEED, ...READING, ...PIPE, ...OPERATING, ...DATABASE],
  {
    name: 'a Reply-To that nothing proves takes the answer to an old ticket',
    file: 'src/ticket/reply-to.ts',
    before: 'return serial === 1 || isProven ? (replyTo ?? null) : null;',
    after: 'return serial >= 1 || isProven ? (replyTo ?? null) : null;',
    tests: ['test/desk/reply-to.test.ts'],
  },
  {
    name: 'the acknowledgement goes to a Reply-To of another domain',
    file: 'src/desk/incoming.ts',
    before: 'if (replyTo === null || !isOfOtherDomain({ from, replyTo })) return null;',
    after: 'if (replyTo === null || isOfOtherDomain({ from, replyTo })) return null;',
    tests: ['test/desk/reply-to.test.ts'],
  },
  {
    name: 'each true copy behind a marked one gets an acknowledgement',
    file: 'src/decision/copies.ts',
    before: "all('ticket').every(({ isMarked }) => isMarked);",
    after: "all('ticket').some(({ isMarked }) => isMarked);",
    tests: ['test/decision/copies.test.ts'],
  },
  {
    name: 'an answer goes to the group that has put itself into From',
    file: 'src/decision/trusted-sources.ts',
    before: 'one !== null && isAnswerable(one.address) && !isOfGroup(one.address, group);',
    after: 'one !== null && isAnswerable(one.address) && one.address !== group;',
    tests: ['test/decision/trusted-sources.test.ts', 'test/desk/groups.test.ts'],
  },
];
