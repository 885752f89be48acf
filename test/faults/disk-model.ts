/**
 * What a disk may hold when the power goes (the idea of ALICE, OSDI 2014).
 *
 * Two images of one directory tree: what programs see, and what is certainly on
 * disk. fsync of a file makes its content certain, fsync of a directory the
 * names in it; everything else is pending and may have reached the disk or not,
 * in any order. `states` gives the images after a cut: nothing pending, all of
 * it, each operation alone, and the last write torn in its middle.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Operation =
  | { readonly type: 'create' | 'mkdir' | 'unlink' | 'rmdir'; readonly path: string }
  | {
      readonly type: 'write';
      readonly path: string;
      readonly data: Buffer;
      readonly at: number | 'end';
    }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  | { readonly type: 'rename' | 'link'; readonly path: string; readonly to: string }
  | { readonly type: 'fsync'; readonly path: string };

type Node = { content: Buffer } | 'directory';

/** A tree of names; several names may have one node. Paths are relative, '' is the root. */
export class Image {
  readonly names = new Map<string, Node>([['', 'directory']]);

  static read(root: string): Image {
    const image = new Image();
    const nodes = new Map<number, Node>();
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(join(root, name));
      const known = nodes.get(stat.ino);
      const node: Node =
        known ?? (stat.isDirectory() ? 'directory' : { content: readFileSync(join(root, name)) });
      nodes.set(stat.ino, node);
      image.names.set(name, node);
    }
    return image;
  }

  copy(): Image {
    const image = new Image();
    const copies = new Map<Node, Node>();
    for (const [name, node] of this.names) {
      const copied: Node =
        node === 'directory' ? node : (copies.get(node) ?? { content: node.content });
      copies.set(node, copied);
      image.names.set(name, copied);
    }
    return image;
  }

  write(root: string): void {
    const written = new Map<Node, string>();
    for (const [name, node] of [...this.names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const path = join(root, name);
      if (node === 'directory') mkdirSync(path, { recursive: true, mode: 0o700 });
      else if (!this.names.has(parentOf(name))) continue;
      else if (written.has(node)) linkSync(written.get(node) ?? '', path);
      else {
        writeFileSync(path, node.content, { mode: 0o600 });
        written.set(node, path);
      }
    }
  }

  fingerprint(): string {
    return [...this.names]
      .map(([name, node]) =>
        node === 'directory' ? name : `${name}=${node.content.toString('base64')}`,
      )
      .sort()
      .join('\n');
  }
}

interface Pending {
  readonly operation: Operation;
  /** The node that a content operation changes: a rename does not change which. */
  readonly node: Node | undefined;
}

export class DiskModel {
  readonly #seen: Image;
  /** Nodes of the certain image, by the node that programs see. */
  readonly #certain = new Map<Node, Buffer>();
  readonly #certainNames = new Map<string, Node>();
  #pending: Pending[] = [];

  constructor(start: Image) {
    this.#seen = start.copy();
    for (const [name, node] of this.#seen.names) {
      this.#certainNames.set(name, node);
      if (node !== 'directory') this.#certain.set(node, node.content);
    }
  }

  do(operation: Operation): void {
    if (operation.type === 'fsync') {
      this.begin(operation.path)();
      return;
    }
    const before = this.#seen.names.get(operation.path);
    applyNames(this.#seen.names, operation, () => ({ content: Buffer.alloc(0) }));
    const node = before ?? this.#seen.names.get(operation.path);
    if (isContent(operation) && node !== undefined && node !== 'directory') {
      node.content = changed(node.content, operation);
    }
    this.#pending.push({ operation, node });
  }

  /** syncfs(2): nothing is pending any more. */
  syncAll(): void {
    this.#apply(this.#pending, this.#certainNames, this.#certain);
    this.#pending = [];
  }

  /** An fsync that takes its time: what was pending when it began is certain when it has ended. */
  begin(path: string): () => void {
    const node = this.#seen.names.get(path);
    const isDirectory = node === 'directory';
    const settled = this.#pending.filter(({ operation, node: changedNode }) =>
      isDirectory
        ? !isContent(operation) && touches(operation, path)
        : isContent(operation) && changedNode === node,
    );
    return () => {
      const still = this.#pending.filter((pending) => settled.includes(pending));
      this.#apply(still, this.#certainNames, this.#certain);
      this.#pending = this.#pending.filter((pending) => !still.includes(pending));
    };
  }

  #apply(pending: readonly Pending[], names: Map<string, Node>, contents: Map<Node, Buffer>): void {
    for (const { operation, node } of pending) {
      if (isContent(operation)) {
        if (node === undefined || node === 'directory') continue;
        contents.set(node, changed(contents.get(node) ?? Buffer.alloc(0), operation));
      } else applyNames(names, operation, () => node ?? { content: Buffer.alloc(0) });
    }
  }

  *states(): Generator<{ readonly what: string; readonly image: Image }> {
    yield { what: 'nothing pending', image: this.#image([]) };
    yield { what: 'everything pending', image: this.#image(this.#pending) };
    for (const pending of this.#pending) {
      const { operation } = pending;
      yield { what: `${operation.type} ${operation.path} alone`, image: this.#image([pending]) };
    }
    const last = this.#pending.findLast(({ operation }) => operation.type === 'write');
    if (last?.operation.type !== 'write') return;
    const { data } = last.operation;
    const torn: Pending = {
      ...last,
      operation: { ...last.operation, data: data.subarray(0, Math.floor(data.length / 2)) },
    };
    const others = this.#pending.map((pending) => (pending === last ? torn : pending));
    yield { what: `the last write torn: ${last.operation.path}`, image: this.#image(others) };
    yield { what: `the last write torn, alone`, image: this.#image([torn]) };
  }

  #image(pending: readonly Pending[]): Image {
    const names = new Map(this.#certainNames);
    const contents = new Map(this.#certain);
    this.#apply(pending, names, contents);
    const image = new Image();
    const nodes = new Map<Node, Node>();
    for (const [name, node] of names) {
      const made: Node =
        node === 'directory'
          ? node
          : (nodes.get(node) ?? { content: contents.get(node) ?? Buffer.alloc(0) });
      nodes.set(node, made);
      image.names.set(name, made);
    }
    return image;
  }
}

function isContent(
  operation: Operation,
): operation is Extract<Operation, { type: 'write' | 'truncate' }> {
  return operation.type === 'write' || operation.type === 'truncate';
}

function touches(operation: Operation, directory: string): boolean {
  return (
    parentOf(operation.path) === directory ||
    ('to' in operation && parentOf(operation.to) === directory)
  );
}

function applyNames(names: Map<string, Node>, operation: Operation, made: () => Node): void {
  switch (operation.type) {
    case 'create':
      if (!names.has(operation.path)) names.set(operation.path, made());
      return;
    case 'mkdir':
      names.set(operation.path, 'directory');
      return;
    case 'unlink':
    case 'rmdir':
      names.delete(operation.path);
      return;
    case 'rename':
    case 'link': {
      // What has a second name need not have kept the first one.
      const node = names.get(operation.path) ?? (operation.type === 'link' ? made() : undefined);
      if (node === undefined) return;
      names.set(operation.to, node);
      if (operation.type === 'rename') names.delete(operation.path);
      return;
    }
    case 'write':
    case 'truncate':
    case 'fsync':
  }
}

function changed(
  content: Buffer,
  operation: Extract<Operation, { type: 'write' | 'truncate' }>,
): Buffer {
  if (operation.type === 'truncate') return content.subarray(0, operation.size);
  const at = operation.at === 'end' ? content.length : operation.at;
  const result = Buffer.alloc(Math.max(content.length, at + operation.data.length));
  content.copy(result);
  operation.data.copy(result, at);
  return result;
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}
