/** A desk with snippets beside its config, in a folder of its own that goes with the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Different } from './config.ts';
import { Desk } from './desk.ts';

export interface SnippetDesk {
  readonly desk: Desk;
  /** Of the config. */
  readonly dir: string;
  readonly put: (path: string, content: string | Buffer) => void;
}

/** `files`: by their paths below `snippets/`. */
export function snippetDesk(
  files: Readonly<Record<string, string | Buffer>>,
  different: Different = {},
): SnippetDesk {
  const dir = mkdtempSync(join(tmpdir(), 'snippets-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const put = (path: string, content: string | Buffer) => {
    const file = join(dir, 'snippets', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  return { desk: new Desk(different, join(dir, 'config.json')), dir, put };
}
