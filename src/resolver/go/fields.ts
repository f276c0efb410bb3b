/** The words of a line (net/parse.go, getFields). */
export function fields(line: string): string[] {
  return line.split(/[ \r\t\n]+/).filter((field) => field !== '');
}
