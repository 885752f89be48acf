/**
 * The bill of materials of one executable (CycloneDX 1.5, JSON): every package that is bundled into
 * the program, by the notices that the build writes and what package-lock.json says of each, and the
 * runtime. It has no serial number and the time of the source, so that it is the same each time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, type Pinned, pinnedRuntime } from './runtimes.ts';

/** One architecture of one version, built. */
export interface Built {
  readonly architecture: Architecture;
  readonly version: string;
  /** The checkout. */
  readonly root: string;
  /** What tree.ts has made. */
  readonly tree: string;
  /** The time of the source. */
  readonly seconds: number;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

export function billOfMaterials(wanted: Built): string {
  const { root, tree, version, seconds, architecture } = wanted;
  const { packages }: { packages: Readonly<Record<string, Locked>> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const notices = readFileSync(join(tree, 'licences', 'packages.txt'), 'utf8');
  const bundled = [...notices.matchAll(BEGIN_OF_NOTICE)].map(([, name = '', itsVersion = '']) => {
    const locked = Object.entries(packages).find(
      ([path, { version: known }]) => path.endsWith(`node_modules/${name}`) && known === itsVersion,
    )?.[1];
    if (locked?.integrity === undefined) {
      throw new Error(`${name} ${itsVersion} is bundled, and package-lock.json does not have it`);
    }
    return component({ name, version: itsVersion, integrity: locked.integrity }, locked.license);
  });
  if (bundled.length !== notices.split(BETWEEN).length) {
    throw new Error('not every notice names its package');
  }
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      component: {
        type: 'application',
        'bom-ref': 'mailrobot',
        name: 'mailrobot',
        version,
        licenses: [{ license: { id: 'MIT' } }],
      },
    },
    components: [runtimeComponent(pinnedRuntime(architecture)), ...bundled],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** As build/notices.ts joins them. */
const BETWEEN = `\n${'-'.repeat(72)}\n\n`;
/** `nodemailer 10.6.0 (MIT-0)`, or `((MIT OR EUPL-1.1+))`, at the begin of each notice. */
const BEGIN_OF_NOTICE = /(?<=^|\n-{72}\n\n)(\S+) (\d\S*) \(.+\)(?=\n)/g;

function component(pinned: Pinned, license: string | undefined) {
  const { name, version, integrity } = pinned;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    // The tarball's, as npm has it.
    hashes: [
      {
        alg: 'SHA-512',
        content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex'),
      },
    ],
    ...(license !== undefined && { licenses: [{ expression: license }] }),
  };
}

/** Its copyright page names all that is linked into it; this is what asks for more than a notice. */
function runtimeComponent(pinned: Pinned) {
  return {
    ...component(pinned, 'MIT'),
    components: [
      { type: 'library', name: 'JavaScriptCore', licenses: [{ license: { id: 'LGPL-2.0-only' } }] },
      { type: 'library', name: 'tinycc', licenses: [{ license: { id: 'LGPL-2.1-only' } }] },
    ],
  };
}
