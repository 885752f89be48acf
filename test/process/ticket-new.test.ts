/** `mailrobot ticket new`: what it takes. What it does is decided in test/desk/begun.test.ts. */
import { expect, test } from 'vitest';
import { makeDesk } from './desk.ts';

test('the text comes by option or stdin, and what is wrong opens nothing', async () => {
  const desk = await makeDesk();
  try {
    const begin = (to: string, ...more: readonly string[]) => [
      ...['ticket', 'new', to, '--subject', 'Your tablet', ...more],
    ];
    for (const args of [
      begin('nobody', '-m', 'x'),
      begin('new@support-ticket.example', '-m', 'x'),
      begin('nic@ferrier.example', '-m', 'x', '--queue', 'SALES'),
      ['ticket', 'new', 'nic@ferrier.example', '-m', 'x'],
    ])
      expect((await desk.here(args)).exit, args.join(' ')).toBeGreaterThan(0);
    expect(
      await desk.run(begin('Nic <nic@ferrier.example>'), { input: 'Ready: ä.\n' }),
    ).toMatchObject({
      exit: 0,
      stdout: 'SUPPORT-7102: your mail is on its way to nic@ferrier.example.\n',
    });
    expect(desk.sent().map(({ content }) => content)).toEqual([
      expect.stringMatching(/^Subject: Your tablet$/m),
    ]);
  } finally {
    desk.remove();
  }
});

test('Markdown goes out as HTML beside the text as it was written, but for --plain', async () => {
  const desk = await makeDesk();
  const text = 'Dear Nic,\n\n- see [the form](https://x.example/f)\n- it is *ready*';
  const to = ['ticket', 'new', 'nic@ferrier.example', '--subject', 'x', '-m'];
  try {
    for (const args of [
      [...to, text],
      [...to, text, '--plain'],
      [...to, 'Just *.txt files'],
    ])
      expect(await desk.here(args)).toMatchObject({ exit: 0, stderr: '' });
    const reply = await desk.here(['ticket', 'reply', '7102', '-m', '**Done**']);
    expect(reply).toMatchObject({ exit: 0, stderr: '' });
    const again = await desk.here(['ticket', 'reply', '7102', '-m', '*More*', '--dry-run']);
    expect(again.stdout).toMatch(/^To nic@.*HTML:\n<p><em>More<\/em><\/p>\n.*<blockquote>/s);
    const odd = await desk.here(['ticket', 'reply', '7102', '-m', '5. a\n7. b']);
    expect(odd.stderr).toBe(
      'mailrobot: as HTML it would say other words: it goes out as text alone\n',
    );
    desk.configure((config) => {
      config['markdown'] = false;
    });
    await desk.here(['ticket', 'reply', '7102', '-m', '**Plain**']);
    const sent = desk.sent().map(({ content }) => content);
    const isHtml = sent.map((content) => /^Content-Type: text\/html/m.test(content));
    expect(isHtml).toEqual([true, false, false, true, false, false]);
    expect(sent[0]).toContain('- see [the form](https://x.example/f)\n- it is *ready*');
    expect(sent[0]).toContain('<em>ready</em>');
    expect(sent[3]).toContain('<strong>Done</strong>');
  } finally {
    desk.remove();
  }
});
