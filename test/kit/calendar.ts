/** An iCalendar file of events, each the lines that it has besides its UID. */
export function calendar(...events: readonly (readonly string[])[]): string {
  const all = events.flatMap((lines, n) => {
    const uid = lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:${n}@x.example`];
    return ['BEGIN:VEVENT', ...uid, ...lines, 'END:VEVENT'];
  });
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...all, 'END:VCALENDAR', ''].join('\r\n');
}
