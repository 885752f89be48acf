/**
 * A mail in large pieces, whatever it comes in. smtp-server makes a piece of each line that begins
 * with a dot: of a mail that has no other lines, hundreds of thousands to a megabyte, and each costs
 * as much as a large one.
 */
const PIECE_BYTES = 65_536;

export async function* inLargePieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    length += piece.length;
    if (length < PIECE_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(gathered);
}
