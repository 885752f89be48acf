/**
 * MAPI properties as TNEF writes them ([MS-OXTNEF] 2.1.3.4): those that are wanted, by their ids.
 * Pure, linear; the first that cannot be understood ends the reading.
 */
export const MAPI = {
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  internetCodePage: 0x3fde,
  data: 0x3701,
  name: 0x3704,
  longName: 0x3707,
  mimeType: 0x370e,
  contentId: 0x3712,
} as const;

export interface Property {
  /** Of a string in Unicode, in UTF-8. Without the zero at the end of a string. */
  readonly octets: Buffer;
  readonly isUnicode: boolean;
  /** A message within the message. */
  readonly isObject: boolean;
  readonly number: number;
}

export type Properties = ReadonlyMap<number, Property>;

const WANTED: ReadonlySet<number> = new Set(Object.values(MAPI));
const MAX_PROPERTIES = 100_000;
const NAMED = 0x8000;
const MANY = 0x1000;
const [OBJECT, STRING, UNICODE, BINARY] = [0x000d, 0x001e, 0x001f, 0x0102];
/** Octets of a value of each type that has always as many. */
const SIZES: ReadonlyMap<number, number> = new Map([
  ...[0x0002, 0x0003, 0x0004, 0x000a, 0x000b].map((type) => [type, 4] as const),
  ...[0x0005, 0x0006, 0x0007, 0x0014, 0x0040].map((type) => [type, 8] as const),
  [0x0048, 16],
]);
/** An object begins with the id of its interface. */
const INTERFACE_BYTES = 16;

export function propertiesIn(octets: Buffer): Properties {
  const found = new Map<number, Property>();
  let at = 4;
  const room = (count: number) => at + count <= octets.length;
  const next = (): number => {
    at += 4;
    return room(0) ? octets.readUInt32LE(at - 4) : Number.POSITIVE_INFINITY;
  };
  const count = octets.length < 4 ? 0 : Math.min(octets.readUInt32LE(0), MAX_PROPERTIES);
  for (let n = 0; n < count && room(4); n += 1) {
    const type = octets.readUInt16LE(at);
    const id = octets.readUInt16LE(at + 2);
    at += 4;
    if (id >= NAMED) {
      at += INTERFACE_BYTES;
      const isByName = next() === 1;
      const length = next();
      if (isByName) at += padded(length);
    }
    const base = type & ~MANY;
    const size = SIZES.get(base);
    const isVariable = [OBJECT, STRING, UNICODE, BINARY].includes(base);
    if (size === undefined && !isVariable) break;
    const values = isVariable || base !== type ? next() : 1;
    for (let value = 0; value < values && room(1); value += 1) {
      const length = size ?? next();
      if (!room(length)) return found;
      const isWanted = WANTED.has(id) && base === type && !found.has(id);
      if (isWanted) found.set(id, propertyOf(base, octets.subarray(at, at + length)));
      at += padded(length);
    }
    if (!Number.isFinite(at)) break;
  }
  return found;
}

function propertyOf(type: number, octets: Buffer): Property {
  const isUnicode = type === UNICODE;
  const isObject = type === OBJECT;
  const number = SIZES.get(type) === 4 ? octets.readUInt32LE(0) : 0;
  const plain = isUnicode ? Buffer.from(octets.toString('utf16le')) : octets;
  const isString = isUnicode || type === STRING;
  const end = isString ? plain.indexOf(0) : -1;
  const kept = isObject ? plain.subarray(INTERFACE_BYTES) : plain;
  return { octets: end < 0 ? kept : kept.subarray(0, end), isUnicode, isObject, number };
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
