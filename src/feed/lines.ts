/**
 * The lines of a stream, ended by LF alone: JSON may hold any other line separator
 * that Unicode knows. A line above `limit` octets comes as null, and the others go on.
 */
const LF = 0x0a;

export async function* lines(
  input: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<string | null> {
  let held: Buffer[] = [];
  let size = 0;
  const line = (): string | null => (size > limit ? null : Buffer.concat(held).toString('utf8'));
  const take = (piece: Buffer): void => {
    size += piece.length;
    if (size <= limit) held.push(piece);
    else held = [];
  };
  for await (const chunk of input) {
    const data = Buffer.from(chunk);
    let at = 0;
    for (let end = data.indexOf(LF); end >= 0; end = data.indexOf(LF, at)) {
      take(data.subarray(at, end));
      yield line();
      [held, size, at] = [[], 0, end + 1];
    }
    take(data.subarray(at));
  }
  if (size > 0) yield line();
}
