/** `mailrobot serve`: by SMTP, or with --lmtp by LMTP. Each is loaded when it is wanted. */
import { expectLongRun } from '../runtime/self.ts';
import type { Run } from './run.ts';
import type { ServeOptions } from './serve-smtp.ts';

export async function serve(
  { lmtp, ...options }: ServeOptions & { readonly lmtp?: string },
  run: Run,
): Promise<void> {
  expectLongRun();
  if (lmtp === undefined) {
    const { serveSmtp } = await import('./serve-smtp.ts');
    return serveSmtp(options, run);
  }
  const { serveLmtp } = await import('./serve-lmtp.ts');
  return serveLmtp(lmtp, options, run);
}
