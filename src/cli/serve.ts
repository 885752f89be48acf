/**
 * `mailrobot serve`: by SMTP, or with --lmtp by LMTP. Each is loaded when it is wanted. When it has
 * ended, a reader of its log who stands still keeps the process for two seconds and no longer.
 */
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
    await serveSmtp(options, run);
  } else {
    const { serveLmtp } = await import('./serve-lmtp.ts');
    await serveLmtp(lmtp, options, run);
  }
  setTimeout(() => run.leave(), GRACE_MS).unref();
}

const GRACE_MS = 2000;
