/**
 * Who imports whom, by the syntax tree: `import`, `export … from`, `import type` and
 * `import()`, also within a type. The parser is rolldown's, which builds the program.
 */
import { posix } from 'node:path';
import { innerOf, isNode, type Node, treeOf } from '../expressions/find.ts';

/** Paths relative to `src`, and the text of each file. */
export type Source = ReadonlyMap<string, string>;

export interface Import {
  readonly file: string;
  /** A path relative to `src`, or the name of a package (`node:fs`, `lowdb`). */
  readonly target: string;
  readonly isOurs: boolean;
}

export function importsOf(source: Source): readonly Import[] {
  return [...source].flatMap(([file, text]) =>
    specifiersIn(treeOf(text, file)).map((specifier) => {
      const isOurs = specifier.startsWith('.');
      const target = isOurs ? posix.join(posix.dirname(file), specifier) : packageOf(specifier);
      return { file, target, isOurs };
    }),
  );
}

function specifiersIn(node: Node): readonly string[] {
  const source = node['source'] ?? node['argument'];
  const isImport = /^(Import|Export|TSImportType)/.test(String(node['type']));
  const own =
    isImport && isNode(source) && typeof source['value'] === 'string' ? [source['value']] : [];
  return [...own, ...innerOf(node).flatMap(specifiersIn)];
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : String(parts[0]);
}

/** Files that import each other in a circle, one list for each circle. */
export function cyclesOf(imports: readonly Import[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { file, target, isOurs } of imports) {
    if (isOurs) next.set(file, [...(next.get(file) ?? []), target]);
  }
  const reach = (from: string) => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      for (const target of next.get(file) ?? []) {
        if (seen.has(target)) continue;
        seen.add(target);
        visit(target);
      }
    };
    visit(from);
    return seen;
  };
  const reached = new Map([...next.keys()].map((file) => [file, reach(file)]));
  const circles = [...reached].flatMap(([file, seen]) =>
    seen.has(file) ? [[...seen].filter((other) => reached.get(other)?.has(file)).sort()] : [],
  );
  return [...new Map(circles.map((circle) => [circle.join(' '), circle])).values()];
}
