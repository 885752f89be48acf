/** Which modules are loaded at once with some files: what these import, and what that imports. */
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

export interface Modules {
  /** Finds them when rolldown has read all modules. */
  readonly plugin: Plugin;
  readonly has: (id: string) => boolean;
}

export function modulesBehind(files: readonly string[]): Modules {
  const found = new Set<string>();
  const plugin: Plugin = {
    name: 'modules-behind',
    buildEnd() {
      const reach = (id: string): void => {
        if (found.has(id)) return;
        found.add(id);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) reach(imported);
      };
      for (const file of files) reach(join(import.meta.dirname, '..', file));
    },
  };
  return { plugin, has: (id) => found.has(id) };
}
