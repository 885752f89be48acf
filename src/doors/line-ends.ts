/** A mail from the wire (lines end with CRLF) as a mailbox keeps it (LF). A lone CR stays. */
export async function* withUnixLineEnds(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let hasCr = false;
  for await (const octets of chunks) {
    const text: string = (hasCr ? '\r' : '') + Buffer.from(octets).toString('latin1');
    hasCr = text.endsWith('\r');
    const whole = hasCr ? text.slice(0, -1) : text;
    if (whole !== '') yield Buffer.from(whole.replaceAll('\r\n', '\n'), 'latin1');
  }
  if (hasCr) yield Buffer.from('\r');
}
