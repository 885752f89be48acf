/**
 * Is somebody handing us a mail? For `new --help`: a person wants the help, but
 * an alias that says so would lose every mail if the run ended with 0.
 *
 * Waits half a second for the first octet; a terminal, an end of file or
 * silence is no mail. Uses process.stdin, which can be let go of while it waits.
 */
const WAIT_MS = 500;

export function hasMailOnStdin(): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (isMail: boolean) => {
      clearTimeout(timer);
      process.stdin.destroy();
      resolve(isMail);
    };
    const timer = setTimeout(() => answer(false), WAIT_MS);
    process.stdin
      .on('error', () => answer(false))
      .on('end', () => answer(false))
      .once('data', () => answer(true));
  });
}
