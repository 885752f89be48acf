/** The folder of a desk's own templates, `templates/` beside the config. */
import { dirname, join } from 'node:path';

export function templatesFolder(configFile: string): string {
  return join(dirname(configFile), 'templates');
}
