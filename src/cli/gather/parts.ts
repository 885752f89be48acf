/**
 * What is wrong with parts of a config that stop the mail of one queue or robot alone, on this machine:
 * robots, and the keys of those that want a signature, rules, fields.
 */
import type { Config } from '../../config/config.ts';
import { problemsOfFields } from '../../config/fields.ts';
import { robotsOf } from '../../config/robots.ts';
import { problemsOfValues } from '../../config/rule-fields.ts';
import { problemsOfRules } from '../../config/rules.ts';
import type { Problem } from '../../config/schema/config.ts';
import { checkedSnippets } from '../../snippets/check.ts';
import { proofProblems } from '../robot-proofs.ts';

export function problemsOfParts(config: Config): readonly Problem[] {
  return [
    ...robotsOf(config).problems,
    ...proofProblems(config),
    ...problemsOfRules(config),
    ...problemsOfFields(config),
    ...problemsOfValues(config),
  ];
}

/** Files of snippets. */
export function wrongSnippets(config: Config): readonly string[] {
  return checkedSnippets(config).problems.map(({ file, problem }) => `${file}: ${problem}`);
}

export function wrongParts(config: Config): readonly string[] {
  return problemsOfParts(config).map(({ key, problem }) => `"${key}" ${problem}`);
}
