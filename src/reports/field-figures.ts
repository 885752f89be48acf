/** Figures of the fields that the config has. */
import type { Config } from '../config/config.ts';
import { fieldsIn } from '../config/fields-in.ts';
import type { FieldFigures } from './by-field.ts';
import type { Courses } from './courses.ts';

export async function fieldFigures(
  courses: Courses,
  config: Config,
  now: Date,
  days: number,
): Promise<readonly FieldFigures[]> {
  return courses.fields(await fieldsIn(config), now, days);
}
