import { shortened } from '../../journal/kept-text.ts';
import { type Remark, remarkText } from '../../resolver/sources.ts';

/** The subject of findings about the file as a whole. */
export const RESOLV_CONF = '/etc/resolv.conf';

const MAX_SHOWN = 120;

/** A remark in one line, as `resolve` has it, no longer than evidence bears. */
export function remarkLine(remark: Remark): string {
  return remarkText({ ...remark, text: cut(remark.text) });
}

/** A text from a file, no longer than a line of evidence bears. */
export function cut(text: string): string {
  return shortened(text, MAX_SHOWN);
}

/** Some of many lines, and how many more there are. */
export function someOf(lines: readonly string[], what: string, max = 5): string[] {
  const more = lines.length - max;
  return more > 0 ? [...lines.slice(0, max), `and ${more} more ${what}`] : [...lines];
}
