/**
 * The part of bin/mailrobot that is generated: the words that are a command of the desk.
 * A word that a shell could read as a pattern is refused. Pure.
 */
const BEGIN = '\t# begin: the commands of the desk, written by npm run generate\n';
const BODY = '\t\tis_pipe=\n\t\tbreak\n\t\t;;\n';
const END = '\t# end\n';

export function withDeskWords(launcher: string, words: readonly string[]): string {
  const odd = words.find((word) => !/^[a-z]+(-[a-z]+)*$/.test(word));
  if (odd !== undefined) throw new Error(`"${odd}" cannot be a word of a command`);
  const [before, rest, ...more] = launcher.split(BEGIN);
  const [, after, ...evenMore] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined || more.length + evenMore.length > 0) {
    throw new Error('the marks in bin/mailrobot are not there, or there twice');
  }
  return `${before}${BEGIN}\t${words.join(' | ')})\n${BODY}${END}${after}`;
}
