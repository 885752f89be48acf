/** Whether the user of this process may use a file or folder in some way (access(2): R_OK, W_OK, X_OK). */
import { accessSync } from 'node:fs';

/** False also if it is not there. */
export function mayUse(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
