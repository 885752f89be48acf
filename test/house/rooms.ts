/** The two tables of src/README.md, and what in a source breaks them. */
import { cyclesOf, type Import, importsOf, type Source } from './imports.ts';

export interface Rules {
  /** What each room may import, from the first row to the last. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
  /** The files that may import a package. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

/** Rooms that decide. */
export const DECIDING = ['ticket', 'decision', 'desk'] as const;

/** Globals by which a decision would ask the world. */
const WORLD = /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/;

export function rulesIn(readme: string): Rules {
  const rows = readme.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return line.startsWith('| ') && !line.startsWith('| ---') ? [cells.slice(1, -1)] : [];
  });
  const rooms = rows.filter(([name]) => name?.startsWith('`'));
  const owners = rows.filter(([name]) => /^[@a-z]/.test(name ?? '') && !isHead(name));
  return {
    rooms: new Map(
      rooms.map(([name = '', , imports = '']) => [
        name.replaceAll('`', '').replace(/\/$/, ''),
        imports.split(', ').filter((one) => one !== ''),
      ]),
    ),
    owners: new Map(
      owners.map(([name = '', files = '']) => [
        name,
        [...files.matchAll(/`([^`]+)`/g)].map((found) => String(found[1])),
      ]),
    ),
  };
}

function isHead(name: string | undefined): boolean {
  return name === 'room' || name === 'package';
}

/** Each in a sentence; none where the source keeps the rules. */
export function violationsIn(source: Source, rules: Rules): readonly string[] {
  const imports = importsOf(source);
  return [
    ...tableFaults(rules),
    ...[...source.keys()].flatMap((file) =>
      rules.rooms.has(roomOf(file)) ? [] : [`${file} is in no room`],
    ),
    ...imports.flatMap((one) => faultsOf(one, rules)),
    ...[...source].flatMap(([file, text]) =>
      isDeciding(file) && WORLD.test(text) ? [`${file} asks the world around it`] : [],
    ),
    ...startersIn(imports),
    ...cyclesOf(imports).map((files) => `in a circle: ${files.join(', ')}`),
  ];
}

/** What the runner of the robots may do must not come to whatever it starts. */
function startersIn(imports: readonly Import[]): readonly string[] {
  const careful = new Set(
    imports.flatMap(({ file, target }) => (target === 'runtime/rights.ts' ? [file] : [])),
  );
  return imports.flatMap(({ file, target }) =>
    target === 'node:child_process' && !careful.has(file)
      ? [`${file} starts programs, and does not know runtime/rights.ts`]
      : [],
  );
}

function faultsOf({ file, target, isOurs }: Import, rules: Rules): readonly string[] {
  const room = roomOf(file);
  if (isOurs) {
    const other = roomOf(target);
    const isAllowed = other === room || (rules.rooms.get(room) ?? []).includes(other);
    return isAllowed || target.startsWith('..') ? [] : [`${file} imports ${target}`];
  }
  if (target.startsWith('node:')) {
    return isDeciding(file) ? [`${file} imports ${target}`] : [];
  }
  const owners = rules.owners.get(target);
  const isOwner = owners?.some((owner) =>
    owner.endsWith('/') ? file.startsWith(owner) : file === owner,
  );
  return isOwner ? [] : [`${file} imports ${target}`];
}

/** A row that names a room below it, or none. */
function tableFaults({ rooms }: Rules): readonly string[] {
  const names = [...rooms.keys()];
  return [...rooms].flatMap(([room, imports]) =>
    imports.flatMap((other) => {
      const isAbove = names.indexOf(other) >= 0 && names.indexOf(other) < names.indexOf(room);
      return isAbove ? [] : [`the row of ${room} names ${other}, which is not above it`];
    }),
  );
}

function isDeciding(file: string): boolean {
  return DECIDING.some((room) => file.startsWith(`${room}/`));
}

export function roomOf(file: string): string {
  return String(file.split('/')[0]);
}
