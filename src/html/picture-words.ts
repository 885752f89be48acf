/** Pictures that are not shown, as their words: of HTML as serialise.ts writes it. Pure. */

/** No value has a quote or an angle bracket in it. */
const PICTURE =
  /<img src="cid:([^"<>]{1,400})" alt="([^"<>]{0,2000})"[^"<>]{0,20}(?:"\d{1,4}"[^"<>]{0,20}){0,2}>/g;

/** `shown`: Content-IDs of those that stay. */
export function withPictureWords(html: string, shown: ReadonlySet<string>): string {
  return html.replace(PICTURE, (picture, id: string, alt: string) => {
    if (shown.has(id)) return picture;
    return alt === '' ? '' : `[${alt}]`;
  });
}
