/**
 * Is somebody handing us a mail? For `new --help`: a person wants the help, but
 * an alias that says so would lose every mail if the run ended with 0.
 *
 * Only an end of file is certainly no mail: an octet is, and silence for two
 * seconds may be. Uses process.stdin, which can be let go of while it waits.
 */
const WAIT_MS = 2000;

export function mayBeMailOnStdin(): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (isMail: boolean) => {
      clearTimeout(timer);
      process.stdin.destroy();
      resolve(isMail);
    };
    const timer = setTimeout(() => answer(true), WAIT_MS);
    process.stdin
      .on('error', () => answer(false))
      .on('end', () => answer(false))
      .once('data', () => answer(true));
  });
}
