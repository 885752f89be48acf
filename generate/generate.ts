/**
 * `npm run generate`: writes what is made from the table of commands and from the schema of the
 * config, which npm has written right before, and from that of robots, and removes pages
 * that nothing makes any more.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SECTIONS } from '../src/cli/commands/table.ts';
import { generatedFiles, MAN } from './files.ts';

const root = process.cwd();
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const files = generatedFiles(SECTIONS, {
  launcher: text('bin/mailrobot'),
  packageFile: text('package.json'),
  configSchema: text('config.schema.json'),
  robotSchema: text('robot.schema.json'),
});
for (const page of readdirSync(join(root, MAN))) {
  if (!files.has(`${MAN}/${page}`)) rmSync(join(root, MAN, page));
}
for (const [path, content] of files) {
  // A launcher that stays the same is not emptied under those who run it.
  if (existsSync(join(root, path)) && text(path) === content) continue;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
