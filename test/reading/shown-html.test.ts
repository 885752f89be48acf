/** The HTML of a mail beside its text: the text is there, whatever becomes of the HTML. */
import { expect, test } from 'vitest';
import type { ParsedAttachment } from '../../src/reading/attachments.ts';
import { shownHtml } from '../../src/reading/shown-html.ts';

/** Stands for a fault that nobody knows of. */
class Stumbling implements ParsedAttachment {
  readonly filename = 'x.png';
  readonly size = 1;
  readonly sha256 = '';
  get contentType(): string {
    throw new RangeError('Maximum call stack size exceeded');
  }
}

test('what making it safe stumbles over leaves it out, and nothing else', async () => {
  const html = '<p>See <img src="cid:a@b"></p>';
  const tree = { kind: 'html', charset: 'utf-8', text: html, octets: Buffer.from(html) } as const;
  const text = { text: 'See', isCut: false, foundLines: [], isHtml: false };
  expect(await shownHtml(tree, text, [new Stumbling()])).toEqual({ shownHtml: { left: 'size' } });
});
