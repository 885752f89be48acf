/** Whose time zone counts. */
import { expect, test } from 'vitest';
import { zoneFor } from '../../src/dates/zone-name.ts';

const kim = { name: 'kim', timeZone: 'Asia/Tokyo' };
const bob = { name: 'bob' };

test("a person's own, or that of the desk, or that of the host", () => {
  const desk = { timeZone: 'Europe/Berlin', staff: [kim, bob] };
  expect(zoneFor(desk, 'kim')).toBe('Asia/Tokyo');
  expect(zoneFor(desk, 'bob')).toBe('Europe/Berlin');
  expect(zoneFor(desk, null)).toBe('Europe/Berlin');
  const host = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(zoneFor({ staff: [kim, bob] }, 'bob')).toBe(host);
});
