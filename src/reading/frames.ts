/**
 * What the process that reads a mail tells the one that asked: attachments as
 * they come, one after the other, and at last the message.
 *
 * A frame is one octet of kind, four of length (big-endian), and the content.
 * `FrameReader` throws where the octets are none of these.
 */
export type Frame =
  | { readonly type: 'open' }
  | { readonly type: 'data'; readonly octets: Buffer }
  | { readonly type: 'close' }
  | { readonly type: 'message'; readonly json: string };

/** Exit of the reader that could not read a mail, as told from a reader that could not start. */
export const READER_GAVE_UP = 3;
/** An argument: the HTML of the mail is wanted, made safe to show. */
export const WANTS_HTML = 'html';

const KINDS = ['open', 'data', 'close', 'message'] as const;
const FRAME_HEAD_BYTES = 5;
/** Far above any chunk of an attachment and any message within its limits. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

export function encodeFrame(frame: Frame): Buffer {
  const content = contentOf(frame);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt8(KINDS.indexOf(frame.type), 0);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

function contentOf(frame: Frame): Buffer {
  if (frame.type === 'data') return frame.octets;
  return Buffer.from(frame.type === 'message' ? frame.json : '');
}

export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = FRAME_HEAD_BYTES;

  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#wanted) {
      const all = Buffer.concat(this.#chunks, this.#length);
      const size = all.readUInt32BE(1);
      if (size > MAX_FRAME_BYTES) throw new RangeError('a frame is too large');
      this.#wanted = FRAME_HEAD_BYTES + size;
      if (all.length >= this.#wanted) {
        yield decode(all.readUInt8(0), all.subarray(FRAME_HEAD_BYTES, this.#wanted));
        this.#keep(all.subarray(this.#wanted));
        this.#wanted = FRAME_HEAD_BYTES;
      } else this.#keep(all);
    }
  }

  #keep(rest: Buffer): void {
    this.#chunks = [rest];
    this.#length = rest.length;
  }
}

function decode(kind: number, content: Buffer): Frame {
  const type = KINDS[kind];
  switch (type) {
    case 'open':
    case 'close':
      return { type };
    case 'data':
      return { type, octets: content };
    case 'message':
      return { type, json: content.toString('utf8') };
    default:
      throw new RangeError('a frame of no known kind');
  }
}
