/**
 * The texts that the desk writes to customers by itself: their names, and the values
 * that may stand in each.
 *
 * What a customer wrote is among the values (`name`, `subject`), cleaned and never read
 * as template code; the built-in texts use none of it. Pure.
 */

/**
 * In every text about a ticket: `address` is the ticket's, `queue` the display name of its queue.
 */
const ABOUT_TICKET = ['ticket', 'address', 'queue', 'name', 'subject'] as const;

export const VALUES = {
  /** A mail has become a ticket. */
  acknowledgement: ABOUT_TICKET,
  /** Above the acknowledgement, outside of the queue's hours; `back`: when these begin, if known. */
  'outside-hours': [...ABOUT_TICKET, 'back'],
  /** Nothing has come from the customer for long; `days`: until the ticket is closed, if it is. */
  reminder: [...ABOUT_TICKET, 'days', 'isTomorrow'],
  /** It is closed: how did it go? Each of the five numbers is an address that answers. */
  rating: [...ABOUT_TICKET, 'one', 'two', 'three', 'four', 'five'],
  closed: ABOUT_TICKET,
  'not-closed': ABOUT_TICKET,
  'close-unproven': ABOUT_TICKET,
  status: [...ABOUT_TICKET, 'isNew', 'isOpen', 'isPending', 'isResolved'],
  stopped: ABOUT_TICKET,
  'not-stopped': ABOUT_TICKET,
  /**
   * What the desk understands; `address` is the queue's. `isRefused`: their commands were not
   * carried out.
   */
  help: ['address', 'queue', 'isRefused'],
} as const;

export type TemplateName = keyof typeof VALUES;

export type Values<Name extends TemplateName> = Readonly<
  Record<(typeof VALUES)[Name][number], string | boolean>
>;

export const NAMES = Object.keys(VALUES).filter(isTemplateName);

export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(VALUES, name);
}

/** What a text may have to say: of each of these values one alone is true, or none ('') is. */
export const CASES: Readonly<Record<TemplateName, readonly (TemplateValue | '')[]>> = {
  ...{ acknowledgement: [''], closed: [''], 'not-closed': [''], 'close-unproven': [''] },
  ...{ stopped: [''], 'not-stopped': [''], rating: [''] },
  'outside-hours': ['', 'back'],
  reminder: ['', 'days', 'isTomorrow'],
  status: ['isNew', 'isOpen', 'isPending', 'isResolved'],
  help: ['', 'isRefused'],
};

type TemplateValue = (typeof VALUES)[TemplateName][number];

/** Values of a case, to try a text with. */
export function valuesOf(
  name: TemplateName,
  which: TemplateValue | '',
): Record<string, string | boolean> {
  const cased: readonly string[] = Object.values(CASES).flat();
  return Object.fromEntries(
    VALUES[name].map((value) => {
      const isTrue = value === which || (value === 'days' && which === 'isTomorrow');
      return [value, cased.includes(value) ? (isTrue ? '7' : '') : `(${value})`];
    }),
  );
}

/** Texts of the desk's own in the place of the acknowledgement, as rules name them. */
const OWN = /^answer-[a-z0-9][a-z0-9-]{0,63}$/;

export function isOwnName(name: string): boolean {
  return OWN.test(name);
}
