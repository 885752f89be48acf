/** A folder for what the workers of a run keep for their tests, gone when the run ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'MAILROBOT_TEST_RUN';

/** For Vitest, before a worker starts. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-run-'));
  process.env[NAME] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

export function runFolder(): string {
  return process.env[NAME] ?? tmpdir();
}
