/** The two forms of a mail of ours, text and HTML, as whoever gets it reads them. */
export function sentParts(content: string): { readonly text: string; readonly html: string } {
  return { text: partOf(content, 'plain'), html: partOf(content, 'html') };
}

function partOf(content: string, type: 'plain' | 'html'): string {
  const header = new RegExp(
    `\nContent-Type: text/${type}; charset=utf-8\nContent-Transfer-Encoding: (\\S+)\n\n`,
  );
  const [head = '', encoding] = header.exec(content) ?? [];
  if (head === '') throw new Error(`it has no text/${type}`);
  const [part = ''] = content.slice(content.indexOf(head) + head.length).split(/\n-{2,}_/, 1);
  return encoding === 'quoted-printable' ? unquoted(part) : part;
}

function unquoted(part: string): string {
  const octets = part
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}
