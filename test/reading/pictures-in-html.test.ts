/** Pictures within HTML become files of the mail. */
import { expect, test } from 'vitest';
import { textOfHtml } from '../../src/reading/html.ts';
import { idOfSource, picturesIn } from '../../src/reading/pictures-in-html.ts';
import { readOctets } from './read-file.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nand so on', 'latin1');
const JPEG = Buffer.from('\xff\xd8\xff\xe0 JFIF', 'latin1');
const url = (octets: Buffer, type = 'png') =>
  `data:image/${type};base64,${octets.toString('base64')}`;

test.each([
  ['in quotes', `<img src="${url(PNG)}">`],
  ['in other quotes', `<img alt='a' src='${url(PNG)}'>`],
  ['in capitals', `<IMG SRC="DATA:IMAGE/PNG;BASE64,${PNG.toString('base64')}">`],
  [
    'with parameters',
    `<img src="data:image/png;name=a.png;charset=x;base64,${PNG.toString('base64')}">`,
  ],
  ['as a background', `<div style="background: url(${url(PNG)})">`],
  ['as a URL is written', `<img src="${url(PNG).replaceAll('=', '%3D').replaceAll('+', '%2B')}">`],
  ['in lines', `<img src="${url(PNG).replace(/(base64,.{8})/, '$1\r\n ')}">`],
  ['without an end', `<img src="${url(PNG)}`],
  ['twice', `<img src="${url(PNG)}"><img src="${url(PNG)}">`],
])('a picture %s', (_, html) => {
  const [picture, ...others] = picturesIn(html, 10);
  expect(picture).toMatchObject({ filename: 'picture-1.png', type: 'image/png', octets: PNG });
  expect(others).toEqual([]);
});

test('pictures are counted, and no more are taken than there may be files', () => {
  const html = `<img src="${url(PNG)}"><img src="${url(JPEG, 'jpg')}">`;
  expect(picturesIn(html, 10).map(({ filename }) => filename)).toEqual([
    'picture-1.png',
    'picture-2.jpg',
  ]);
  expect(picturesIn(html, 1)).toHaveLength(1);
  expect(picturesIn(html, 0)).toEqual([]);
});

test.each([
  ['a program under the name of a picture', url(Buffer.from('MZ and so on'))],
  ['a drawing that may hold a script', url(Buffer.from('<svg>'), 'svg+xml')],
  ['another kind of data', `data:text/html;base64,${PNG.toString('base64')}`],
])('%s stays where it is', (_, source) => {
  expect(picturesIn(`<img src="${source}">`, 10)).toEqual([]);
});

test('the place of a picture is known by its id, which is that of its file', () => {
  const html = `<p>See</p><img src="${url(PNG)}"><p>that</p>`;
  const [picture] = picturesIn(html, 1);
  expect(idOfSource(url(PNG))).toBe(picture?.contentId);
  expect(textOfHtml(html, 'by id').text).toBe(`See\n\n[cid:${picture?.contentId}]\n\nthat`);
  expect(textOfHtml(html).text).toBe('See\n\nthat');
});

test('they stand behind the files of the mail, inline', async () => {
  const mail =
    `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n` +
    `<p>See</p><img src="${url(PNG)}">\n--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n--b--\n`;
  const { message, files } = await readOctets(Buffer.from(mail));
  expect(message.attachments.map(({ filename }) => filename)).toEqual([
    'a.pdf',
    'message.html',
    'picture-1.png',
  ]);
  expect(message.attachments[2]).toMatchObject({ contentType: 'image/png', isInline: true });
  expect(files[2]).toEqual(PNG);
});
