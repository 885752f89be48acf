/**
 * The rules of a queue in the config (`match`). Loaded by whoever deals with rules, and by no mail
 * of a queue that has none.
 */
import * as v from 'valibot';
import { isPhrase } from '../../ticket/phrase.ts';
import { PRIORITIES } from '../../ticket/ticket.ts';
import { strangeNames } from './own-names.ts';
import { HoledAddress, ROBOT_NAME, RowName } from './robots.ts';
import { type CheckedRows, checkRows } from './rows.ts';
import { A_LANGUAGE, Text, wholeNumber } from './values.ts';

const A_PHRASE = 'words of at most 200 characters, with a letter or digit in them';
const Phrase = v.pipe(Text, v.check(isPhrase, A_PHRASE));
const A_TYPE = 'a type such as application/pdf or image/*, or the end of a name such as .pdf';
const Type = v.pipe(
  v.string(A_TYPE),
  v.regex(/^(?:[a-z0-9-]{1,40}\/(?:\*|[a-z0-9.+-]{1,100})|\.[a-z0-9]{1,10})$/, A_TYPE),
);
const Language = v.pipe(v.string(A_LANGUAGE), v.regex(/^[a-z]{2,3}$/, A_LANGUAGE));
const FIELD = /^[!-9;-~]{1,100}$/;
const A_FIELD = 'the name of a field';
const FIELD_NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const HOLE_NAME = /^[a-z][a-z0-9_]{0,31}$/;
const A_TAG = 'a tag: letters, digits, . _ and -; {hole} stands for what is in the address';
const TAG =
  /^(?:[\p{L}\p{N}]|\{[a-z][a-z0-9_]{0,31}\})(?:[\p{L}\p{N}._-]|\{[a-z][a-z0-9_]{0,31}\}){0,49}$/u;
const Tag = v.pipe(
  v.string(A_TAG),
  v.check((text) => TAG.test(text), A_TAG),
);
const Size = wholeNumber([0, 1_000_000_000], 'Octets of the whole mail.');

function oneOrMore<const Item extends v.GenericSchema<string>>(item: Item, wanted: string) {
  return v.union([item, v.pipe(v.array(item), v.minLength(1))], wanted);
}

const Conditions = v.strictObject({
  phrase: v.optional(
    v.pipe(
      oneOrMore(Phrase, `${A_PHRASE}, or a list of them`),
      v.description('Words in its subject, or in what its author wrote now.'),
    ),
  ),
  subject: v.optional(
    v.pipe(
      oneOrMore(Phrase, `${A_PHRASE}, or a list of them`),
      v.description('Words in its subject.'),
    ),
  ),
  header: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(FIELD, 'the name of a header field')),
        v.union(
          [v.literal(true), oneOrMore(Phrase, A_PHRASE)],
          `true, ${A_PHRASE}, or a list of them`,
        ),
      ),
      v.description('Header fields by their names: words in each, or true if it is there.'),
    ),
  ),
  address: v.optional(
    v.pipe(
      HoledAddress,
      v.description('The address that it came to, before the @, with named holes.'),
    ),
  ),
  captures: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(HOLE_NAME, 'the name of a hole')),
        oneOrMore(Text, 'what stands in the hole, or a list of that'),
      ),
      v.description('What stands in holes of the address.'),
    ),
  ),
  attachment: v.optional(
    v.pipe(oneOrMore(Type, A_TYPE), v.description('A file of that type, or with such a name.')),
  ),
  list: v.optional(
    v.pipe(v.boolean('true or false'), v.description('It came by a mailing list, or did not.')),
  ),
  language: v.optional(
    v.pipe(oneOrMore(Language, A_LANGUAGE), v.description('The language that it is written in.')),
  ),
  field: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(FIELD_NAME, A_FIELD)),
        v.union(
          [v.literal(true), oneOrMore(Text, 'what stands there')],
          'true, what stands there, or a list of that',
        ),
      ),
      v.description('What patterns of fields have found in it: values, or true for anything.'),
    ),
  ),
  size: v.optional(
    v.pipe(
      v.strictObject({ above: v.optional(Size), below: v.optional(Size) }),
      v.description('Octets of the whole mail.'),
    ),
  ),
});

const Rule = v.strictObject({
  name: v.pipe(RowName, v.description('Names the rule where it is told what has spoken.')),
  if: v.optional(
    v.pipe(Conditions, v.description('All of them must hold; without any, every mail fits.')),
    {},
  ),
  tag: v.optional(
    v.pipe(
      v.array(Tag, 'a list of tags'),
      v.maxLength(10, 'at most 10 tags'),
      v.description('Tags of the ticket; {hole} stands for what is in the address.'),
    ),
    [],
  ),
  set: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.regex(FIELD_NAME, A_FIELD)), Text),
      v.description('Fields of the ticket; {hole} stands for what is in the address.'),
    ),
    {},
  ),
  assign: v.optional(v.pipe(Text, v.description('Who of the staff gets the ticket.'))),
  priority: v.optional(
    v.pipe(
      v.picklist(PRIORITIES, PRIORITIES.join(', ')),
      v.description('How urgent the ticket is.'),
    ),
  ),
  answer: v.optional(
    v.pipe(RowName, v.description('The text answer-NAME, in the place of the acknowledgement.')),
  ),
  run: v.optional(
    v.pipe(
      v.string(),
      v.regex(ROBOT_NAME, 'the name of a robot'),
      v.description('A robot that gets the mail, if its own row lets it.'),
    ),
  ),
  goOn: v.optional(
    v.pipe(v.boolean('true or false'), v.description('The rules below it are asked as well.')),
    false,
  ),
});

export const Rules = v.pipe(
  v.array(Rule, 'a list of rules'),
  v.description('What is done with mail that opens a ticket here; see docs/rules.md.'),
);

export type RuleRow = Readonly<v.InferOutput<typeof Rule>>;
export type RuleConditions = RuleRow['if'];

export type CheckedRules = CheckedRows<RuleRow>;

const MAX_RULES = 200;

/** `key`: where the list stands. */
export function checkRules(value: unknown, key: string): CheckedRules {
  if (value === undefined) return { rows: [], problems: [] };
  if (!Array.isArray(value) || value.length > MAX_RULES) {
    return {
      rows: [],
      problems: [{ key, problem: `must be a list of at most ${MAX_RULES} rules` }],
    };
  }
  const strange = strangeNames(value, key);
  const { rows, problems } = checkRows(value, Rule, key);
  return { rows, problems: [...strange, ...problems] };
}
