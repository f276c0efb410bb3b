/** How documents say when something was. */

/** With `at`, ms since the epoch, as RFC 3339. */
export function dated<T extends { at: number }>({ at, ...rest }: T) {
  return { at: timeOrNull(at), ...rest };
}

/** Null too for what is no time a date can be of: a dump of another machine's /proc may say anything. */
export function timeOrNull(at: number | undefined): string | null {
  const date = new Date(at ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
