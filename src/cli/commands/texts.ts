/** Pieces of text that help, manual pages and documents make of a row. Pure. */
import type { Row } from './declare.ts';

export function sentence(summary: string): string {
  const stop = summary.endsWith('.') ? '' : '.';
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}${stop}`;
}

/** An example of several lines is indented as a whole. */
export function exampleLines(examples: readonly string[]): string {
  const heading = examples.length === 1 ? 'Example:' : 'Examples:';
  return [heading, ...examples.map((one) => `  ${one.replaceAll('\n', '\n  ')}`)].join('\n');
}

/** `mailrobot ticket show <id>` */
export function lineOf(row: Row): string {
  const flags = row.kind === 'group' ? [] : row.arguments.map((argument) => argument.flags);
  return ['mailrobot', row.words, ...flags].join(' ');
}
