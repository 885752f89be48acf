/** Whether an error says only that this user has no right to look, and nothing of the desk. */
import { Failure } from '../outcome.ts';

export function mayNotLook(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const { cause } = error;
  const isDenied = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
  return error.end === 'owner' || (error.end === 'config' && isDenied && process.geteuid?.() !== 0);
}
