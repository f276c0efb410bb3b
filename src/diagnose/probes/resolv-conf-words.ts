import type { Remark } from '../../resolver/sources.ts';

/** The subject of findings about the file as a whole. */
export const RESOLV_CONF = '/etc/resolv.conf';

const MAX_SHOWN = 120;

/** "line 3: `nameserver 10.0.0.1:53`: no IP address: the line is ignored" */
export function remarkText({ file, line, text, reason }: Remark): string {
  const where = line > 0 ? `${file} line ${line}` : file;
  return `${where}: \`${cut(text)}\`: ${reason}`;
}

/** A text from a file, no longer than a line of evidence bears. */
export function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

/** Some of many lines, and how many more there are. */
export function someOf(lines: readonly string[], what: string, max = 5): string[] {
  const more = lines.length - max;
  return more > 0 ? [...lines.slice(0, max), `and ${more} more ${what}`] : [...lines];
}
