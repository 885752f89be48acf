/** What the doctor has to know of the parts of a config that stop the mail of one queue or robot alone. */
import type { Config } from '../../config/config.ts';
import { problemsOfFields } from '../../config/fields.ts';
import { robotsOf } from '../../config/robots.ts';
import { problemsOfValues } from '../../config/rule-fields.ts';
import { problemsOfRules } from '../../config/rules.ts';

export function wrongParts(config: Config): readonly string[] {
  return [
    ...robotsOf(config).problems,
    ...problemsOfRules(config),
    ...problemsOfFields(config),
    ...problemsOfValues(config),
  ].map(({ key, problem }) => `"${key}" ${problem}`);
}
