/** Figures of the fields that the config has: only a desk that has some loads what reads them. */
import { type Config, hasFields } from '../config/config.ts';
import type { FieldFigures } from './by-field.ts';
import type { Courses } from './statistics.ts';

export async function fieldFigures(
  courses: Courses,
  config: Config,
  now: Date,
  days: number,
): Promise<readonly FieldFigures[]> {
  if (!hasFields(config)) return [];
  const { fieldsOf } = await import('../config/fields.ts');
  return courses.fields((queue) => fieldsOf(queue, config), now, days);
}
