/**
 * A mail as rules ask about it. What takes a while (words without their case, the language) is
 * found out once, and only if a rule asks for it. Pure.
 */
import { decodeWords } from '../reading/encoded-words.ts';
import { languageOf } from '../reading/language.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import type { FoundValue } from '../ticket/field.ts';
import { type Searchable, searchable } from '../ticket/phrase.ts';

type Mail = Pick<ParsedMessage, 'fields' | 'subject' | 'text' | 'newLines' | 'attachments'>;

/** Characters that are looked through: of a field, and of what its author wrote. */
const MAX_FIELD_CHARACTERS = 1000;
const MAX_TEXT_CHARACTERS = 64 * 1024;
/** Fields of one name. */
const MAX_FIELDS = 20;

export class AskedMail {
  /** Where it came to, as the MTA saw it. */
  readonly recipients: readonly string[];
  /** Octets of the whole. */
  readonly size: number;
  /** What patterns of fields have found in it. */
  readonly found: readonly FoundValue[];
  readonly #mail: Mail;
  #subject: Searchable | null = null;
  #text: Searchable | null = null;
  #language: string | null | undefined;
  readonly #fields = new Map<string, readonly Searchable[]>();

  constructor(
    mail: Mail,
    { recipients, size, found }: Pick<AskedMail, 'recipients' | 'size' | 'found'>,
  ) {
    this.#mail = mail;
    this.found = found;
    this.recipients = recipients;
    this.size = size;
  }

  get subject(): Searchable {
    this.#subject ??= searchable(this.#mail.subject, MAX_FIELD_CHARACTERS);
    return this.#subject;
  }

  get text(): Searchable {
    this.#text ??= searchable(newText(this.#mail), MAX_TEXT_CHARACTERS);
    return this.#text;
  }

  get language(): string | null {
    const { fields, subject } = this.#mail;
    if (this.#language === undefined) {
      this.#language = languageOf(fields, `${subject}\n${newText(this.#mail)}`);
    }
    return this.#language;
  }

  get attachments(): Mail['attachments'] {
    return this.#mail.attachments;
  }

  get isOfList(): boolean {
    return this.#mail.fields.some(({ name }) => name === 'list-id' || name === 'mailing-list');
  }

  /** Decoded; without any, the mail has no such field. */
  fieldsNamed(named: string): readonly Searchable[] {
    const name = named.toLowerCase();
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const found = this.#mail.fields
      .filter((field) => field.name === name)
      .slice(0, MAX_FIELDS)
      .map(({ value }) => {
        const read = decodeWords(value.slice(0, 4 * MAX_FIELD_CHARACTERS));
        return searchable(read, MAX_FIELD_CHARACTERS);
      });
    this.#fields.set(name, found);
    return found;
  }
}
