/** What is put into a page is text there, whatever it says. */
import { expect, test } from 'vitest';
import { html, joined } from '../../src/site/markup.ts';

test('whatever is put into a page is text there', () => {
  const hostile = `<script>alert("1")</script> & 'x'`;
  expect(html`<td title="${hostile}">${hostile}</td>`.markup).toBe(
    '<td title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</td>',
  );
});

test('what turns the direction of writing is shown, and does nothing', () => {
  expect(html`${'invoice\u202Efdp.exe'}`.markup).toBe('invoice&lt;202E&gt;fdp.exe');
});

test('what was made here is put into it as it is', () => {
  const cells = ['a', '<b>'].map((text) => html`<td>${text}</td>`);
  expect(html`<tr>${cells}</tr>`.markup).toBe('<tr><td>a</td><td>&lt;b&gt;</td></tr>');
  expect(joined(cells, '|').markup).toBe('<td>a</td>|<td>&lt;b&gt;</td>');
});
