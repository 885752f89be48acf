/** A plugin that changes the text of single files of packages. */
import type { Plugin } from 'rolldown';

/** `change` throws where the text is not what it was: an upgrade stops the build there. */
export function changedFiles<One extends { readonly file: RegExp }>(
  name: string,
  all: readonly One[],
  change: (code: string, one: One, id: string) => string,
): Plugin {
  return {
    name,
    transform(code, id) {
      const found = all.find(({ file }) => file.test(id));
      return found === undefined ? null : { code: change(code, found, id), map: null };
    },
  };
}
