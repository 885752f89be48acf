/** Whether a desk may have robots: a desk that has none loads nothing of them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';

export function mayHaveRobots(config: Pick<Config, 'file' | 'robots'>): boolean {
  return config.robots !== undefined || existsSync(robotsFolder(config));
}

export function robotsFolder({ file }: Pick<Config, 'file'>): string {
  return join(dirname(file), 'robots');
}
