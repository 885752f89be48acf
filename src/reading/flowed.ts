/**
 * text/plain; format=flowed as paragraphs (RFC 3676 4).
 *
 * A line that ends with a blank goes on in the next one of the same quote depth;
 * the signature line `-- ` never does. Space stuffing is taken away; quoted
 * lines are given back with one `>` a level and a blank. With DelSp=yes the
 * blank that ends a flowed line goes, too. Pure, linear.
 */
export function unflowed(text: string, isDelSp: boolean): string {
  const lines: string[] = [];
  let paragraph: { depth: number; pieces: string[] } | null = null;
  const close = () => {
    if (paragraph !== null) lines.push(quote(paragraph.depth) + paragraph.pieces.join(''));
    paragraph = null;
  };
  for (const line of text.split('\n')) {
    const depth = depthOf(line);
    const content = line.slice(depth).replace(/^ /, '');
    if (paragraph !== null && paragraph.depth !== depth) close();
    const isSignature = content === '-- ';
    if (isSignature) close();
    const isFlowed = content.endsWith(' ') && !isSignature;
    paragraph ??= { depth, pieces: [] };
    paragraph.pieces.push(isFlowed && isDelSp ? content.slice(0, -1) : content);
    if (!isFlowed) close();
  }
  close();
  return lines.join('\n');
}

function depthOf(line: string): number {
  let depth = 0;
  while (line.charAt(depth) === '>') depth += 1;
  return depth;
}

function quote(depth: number): string {
  return depth === 0 ? '' : `${'>'.repeat(depth)} `;
}
