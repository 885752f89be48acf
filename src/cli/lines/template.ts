/** The command line of the texts that go to customers by themselves. */
import type { Group, Place } from '../define.ts';
import type { AsJson } from '../rows.ts';

export function templateLines(root: Group, { run, config }: Place): void {
  const template = root.group('template', {
    description: 'The texts that go to customers by themselves.',
    summary: 'list, show and check the texts that go out by themselves',
    help: `
A text of your own lies in templates/ beside the config, as NAME.txt for every
language or NAME.de.txt for one; in templates/BILLING/ for one queue alone.

Examples:
  mailrobot template list
  mailrobot template show acknowledgement --language de`,
  });
  template
    .define('list', 'list all texts, and where they come from', 'mailrobot template list')
    .option('--json', 'as one JSON array')
    .option('--ndjson', 'one JSON object a line')
    .action(async (options: AsJson) =>
      (await import('../template.ts')).listTemplates({ ...options, config: config() }, run),
    );
  template
    .define(
      'show <name>',
      'show a text as it is used, to begin your own with',
      'mailrobot template show acknowledgement\n  mailrobot template show reminder --queue BILLING --language de',
    )
    .option('--queue <prefix>', 'for this queue (default: the first one)')
    .option('--language <language>', "for a customer who writes so (default: the queue's)")
    .action(async (name: string, options: { queue?: string; language?: string }) =>
      (await import('../template.ts')).showTemplate(name, { ...options, config: config() }, run),
    );
  template
    .define(
      'check',
      'say what is wrong with your own texts; ends with 1 where something is',
      'mailrobot template check',
    )
    .option('--json', 'as one JSON array')
    .action(async (options: { json?: boolean }) =>
      (await import('../template.ts')).checkTemplates({ ...options, config: config() }, run),
    );
}
