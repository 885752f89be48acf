/**
 * The licences of whatever is bundled, as they ask for, in dist/THIRD-PARTY-NOTICES.txt: of each
 * package its name, version and licence, where its source is, and every text that it gives.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

export function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const folders = new Set(
        Object.values(bundle)
          .flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
          .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
      );
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-NOTICES.txt',
        source: [...folders]
          .sort()
          .map(noticeOf)
          .join(`\n${'-'.repeat(72)}\n\n`),
      });
    },
  };
}

function noticeOf(folder: string): string {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const { name, version, license } = JSON.parse(read('package.json'));
  const files = readdirSync(folder).sort();
  const texts = files.filter((file) => /^(licen[cs]e|notice)/i.test(file)).map(read);
  const readme = files.find((file) => /^readme/i.test(file));
  // Some give it there alone.
  if (texts.length === 0 && readme !== undefined)
    texts.push(/^#+ *licen[cs]e *\n([\s\S]*)/im.exec(read(readme))?.[1] ?? '');
  const text = texts.map((one) => one.trim()).join('\n\n');
  if (text === '') throw new Error(`${name} gives no text of its licence`);
  const source = `https://www.npmjs.com/package/${name}/v/${version}`;
  return `${name} ${version} (${license})\n${source}\n\n${text}\n`;
}
