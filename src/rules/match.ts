/**
 * Which rules of a queue speak of a mail, in their order: the first that fits, and those below it
 * as long as each says that the others are asked as well (`goOn`).
 *
 * Of what two of them want differently, the first one counts. Pure: no clock, no disk, and no
 * expression that an administrator wrote.
 */
import { type Capture, filledWith } from '../addresses/address-pattern.ts';
import type { RuleConfig } from '../config/rules.ts';
import type { Ruled, Ruling } from '../decision/ruling.ts';
import type { RuleSpoke } from '../ticket/decision.ts';
import type { AskedMail } from './asked-mail.ts';
import { type Fits, fitting } from './conditions.ts';

export interface Spoken {
  readonly rule: RuleConfig;
  readonly evidence: string;
  readonly captures: readonly Capture[];
}

const EVERY_MAIL = 'it asks nothing';
const MAX_EVIDENCE_CHARACTERS = 300;

export function spokenOf(
  rules: readonly RuleConfig[],
  mail: AskedMail,
  domain: string,
): readonly Spoken[] {
  const spoken: Spoken[] = [];
  for (const rule of rules) {
    const fits = fitting(rule.if, mail, domain);
    if (fits === null) continue;
    spoken.push({ rule, evidence: evidenceOf(fits), captures: fits.captures });
    if (!rule.goOn) break;
  }
  return spoken;
}

export function evidenceOf({ evidence }: Fits): string {
  const all = evidence.length === 0 ? EVERY_MAIL : evidence.join('; ');
  return all.slice(0, MAX_EVIDENCE_CHARACTERS);
}

/** What all of them want together. */
export function rulingOf(spoken: readonly Spoken[]): Ruling {
  const tags = new Map<string, string>();
  for (const { rule, captures } of spoken) {
    for (const tag of rule.tag.flatMap((text) => filled(text, captures) ?? [])) {
      if (!tags.has(tag)) tags.set(tag, rule.name);
    }
  }
  const fields = new Map<string, { readonly value: string; readonly rule: string }>();
  for (const { rule, captures } of spoken) {
    for (const [field, text] of Object.entries(rule.set)) {
      const value = filledWith(text, captures);
      if (!fields.has(field)) fields.set(field, { value, rule: rule.name });
    }
  }
  const first = <Key extends 'assign' | 'priority' | 'answer' | 'run'>(key: Key) =>
    spoken.find(({ rule }) => rule[key] !== undefined);
  const [assign, priority, answer, run] = [
    first('assign'),
    first('priority'),
    first('answer'),
    first('run'),
  ];
  return {
    tags: [...tags].map(([tag, rule]) => ({ tag, rule })),
    fields: [...fields].map(([field, wanted]) => ({ field, ...wanted })),
    assign: named(assign, assign?.rule.assign),
    priority: named(priority, priority?.rule.priority),
    answer: named(answer, answer?.rule.answer),
    run: named(run, run?.rule.run),
    captures: run?.captures ?? [],
  };
}

/** What each of them does, in words. */
export function toldOf(
  spoken: readonly Spoken[],
  { tags, fields, assign, priority, answer, run, against }: Ruled,
): readonly RuleSpoke[] {
  const started = against === null ? '' : `, which does not get it: ${against.evidence}`;
  return spoken.map(({ rule: { name }, evidence }) => {
    const own = tags.flatMap(({ tag, rule }) => (rule === name ? `+${tag}` : []));
    const did = [
      ...(own.length === 0 ? [] : [`tag ${own.join(' ')}`]),
      ...fields.flatMap((one) => (one.rule === name ? `field ${one.field} ${one.value}` : [])),
      ...(assign?.rule === name ? [`assign ${assign.to}`] : []),
      ...(priority?.rule === name ? [`priority ${priority.to}`] : []),
      ...(answer?.rule === name ? [`answer ${answer.to}`] : []),
      ...(run?.rule === name ? [`run ${run.to}${started}`] : []),
    ];
    return { rule: name, evidence, did: did.length === 0 ? 'nothing' : did.join(', ') };
  });
}

function named<Value>(
  spoken: Spoken | undefined,
  to: Value | undefined,
): { readonly to: Value; readonly rule: string } | null {
  return spoken === undefined || to === undefined ? null : { to, rule: spoken.rule.name };
}

/** As a ticket may have one (desk/grammar.ts). */
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,49}$/u;

/** null for what is no tag with what stands in the address. */
function filled(text: string, captures: readonly Capture[]): string | null {
  const tag = filledWith(text, captures);
  return TAG.test(tag) ? tag : null;
}
