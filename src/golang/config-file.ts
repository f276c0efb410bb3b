/** A configuration file as Go finds it. `text` is a byte string: one UTF-16 unit, one byte. */
export type ConfigFile =
  | { state: 'ok'; text: string }
  | { state: 'absent' }
  | { state: 'denied' }
  | { state: 'failed'; errno: string };

/** One line of a file, without its newline. */
export interface FileLine {
  /** From 1. */
  number: number;
  text: string;
}

/** net/parse.go, open: the buffer that a line and its newline must fit into. */
const LINE_BUFFER = 64 * 1024;

/**
 * The lines Go's net package reads: it stops for good at the first that is too long for its buffer (net/parse.go,
 * readLine).
 */
export function fileLines(text: string): FileLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const end = lines.findIndex((line) => line.length >= LINE_BUFFER);
  return lines.slice(0, end < 0 ? undefined : end).map((line, index) => ({ number: index + 1, text: line }));
}

/** The words of a line (net/parse.go, getFields). */
export function fields(line: string): string[] {
  return line.split(/[ \r\t\n]+/).filter((field) => field !== '');
}

/** net/parse.go, trimSpace: what Go takes for white space in these files. */
export function trimSpace(text: string): string {
  return /^[ \t\r\n]|[ \t\r\n]$/.test(text) ? text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') : text;
}
