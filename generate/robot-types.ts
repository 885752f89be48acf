/**
 * robot.d.ts: the types of a robot, for those who write one in TypeScript: what it gets, made of
 * robot.schema.json, and the orders that it may give (docs/robots.md).
 *
 * Knows what that schema uses, and throws at anything else. Pure.
 */
import { isObject } from '../src/feed/read-order.ts';

const HEAD = `/**
 * Types for a robot of mailrobot: \`import type { Order, RobotInput } from 'mailrobot/robot'\`.
 * Made of robot.schema.json by \`npm run generate\`. See docs/robots.md.
 */

/** The line of JSON on stdin. Keys may be added. */
export type RobotInput = `;

const ORDERS = `

/** A line of stdout, as JSON. One about no \`ticket\` is about that of the mail. */
export type Order =
  | { type: 'reply'; text: string; secrets?: string[] }
  | { type: 'mail'; to: string; subject: string; text: string; secrets?: string[] }
  | { type: 'blank'; words?: string[] }
  | { type: 'note' | 'ticket.note'; ticket?: string; text: string }
  | { type: 'ticket.reply'; ticket?: string; text: string }
  | {
      type: 'ticket.status';
      ticket?: string;
      status: 'new' | 'open' | 'pending' | 'resolved';
    }
  | { type: 'ticket.assign'; ticket?: string; assignee: string | null }
  | {
      type: 'ticket.create';
      queue?: string;
      subject: string;
      requester?: { name?: string; address: string };
      text?: string;
    }
  | { type: 'ticket.command'; ticket?: string; command: string };

/** The one line of a robot with \`confirm\`, in the phase \`plan\`. */
export type Plan = { type: 'plan'; text: string; data?: unknown };
`;

export function robotTypes(schema: string): string {
  return `${HEAD}${typeOf(JSON.parse(schema), '')};${ORDERS}`;
}

function typeOf(schema: unknown, indent: string): string {
  if (!isObject(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`);
  const { const: only, enum: several, anyOf, type } = schema;
  if (only !== undefined) return literal(only);
  if (Array.isArray(several)) return several.map(literal).join(' | ');
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (Array.isArray(type)) return type.map((one) => named(one, schema, indent)).join(' | ');
  if (Object.keys(schema).every((key) => key === 'description')) return 'unknown';
  return named(type, schema, indent);
}

function named(type: unknown, schema: Readonly<Record<string, unknown>>, indent: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const items = typeOf(schema['items'], indent);
      return /[|]/.test(items) && !items.startsWith('{') ? `(${items})[]` : `${items}[]`;
    }
    case 'object':
      return objectType(schema, indent);
    default:
      throw new Error(`robot.schema.json has a type that is not known here: ${String(type)}`);
  }
}

function objectType(
  { properties, required, additionalProperties }: Readonly<Record<string, unknown>>,
  indent: string,
): string {
  if (!isObject(properties)) {
    const values = isObject(additionalProperties)
      ? typeOf(additionalProperties, indent)
      : 'unknown';
    return `Record<string, ${values}>`;
  }
  const inner = `${indent}  `;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const lines = Object.entries(properties).flatMap(([key, one]) => {
    const about = isObject(one) ? one['description'] : undefined;
    return [
      ...(typeof about === 'string' ? [`${inner}/** ${about} */`] : []),
      `${inner}${key}${needed.includes(key) ? '' : '?'}: ${typeOf(one, inner)};`,
    ];
  });
  return ['{', ...lines, `${indent}}`].join('\n');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
