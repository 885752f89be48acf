/** What is to be said of signatures of a config that can be used: HTML that other words stand in. */
import type { Config } from '../config/config.ts';
import { saysTheSame } from '../letters/html-below.ts';

export function warningsOfSignatures({ queues, staff }: Config): readonly string[] {
  const signing = [
    ...queues.map((queue, n) => [`queues.${n}`, queue] as const),
    ...staff.map((person, n) => [`staff.${n}`, person] as const),
  ];
  return signing.flatMap(([place, { signature = '', signatureHtml }]) =>
    signatureHtml === undefined || saysTheSame(signatureHtml, signature)
      ? []
      : [`"${place}.signatureHtml" does not say the words of "signature": it is not used`],
  );
}
