/**
 * A piece of a log line to be kept: shortened with an ellipsis, and copied, for V8 keeps the whole line alive behind a
 * slice of it.
 *
 * @param max UTF-16 units
 */
export function kept(text: string, max: number): string {
  const short = text.length <= max ? text : `${text.slice(0, max - 1)}…`;
  return Buffer.from(short, 'utf16le').toString('utf16le').toWellFormed();
}
