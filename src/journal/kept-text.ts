/** A text with an ellipsis in place of what is too much. `max` in UTF-16 units. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/**
 * A piece of a log line to be kept: shortened, and copied, for V8 keeps the whole line alive behind a slice of it.
 *
 * @param max UTF-16 units
 */
export function kept(text: string, max: number): string {
  return Buffer.from(shortened(text, max), 'utf16le').toString('utf16le').toWellFormed();
}
