/** Whether a text is a day of the calendar such as 2026-12-24. `Date.parse` alone takes 30 February for 2 March. */
export function isDay(text: string): boolean {
  const time = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
