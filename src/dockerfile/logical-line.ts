/** Lines of an instruction as docker build joins them: BuildKit, frontend/dockerfile/parser/parser.go. */

/** Whether a line goes on in the next one; an escaped escape does not count. */
function isContinued(line: string, escapeChar: string): boolean {
  const [, before = '', end] = /^([\s\S]*?)([\\`])[ \t]*$/.exec(line) ?? [];
  return end === escapeChar && !before.endsWith(escapeChar);
}

/** Comments and empty lines within an instruction are left out. */
function isSkipped(line: string): boolean {
  return /^[ \t]*(?:#|$)/.test(line);
}

/** Index of the line that an instruction ends at; here-documents lie behind it. */
export function lastLine(lines: readonly string[], first: number, escapeChar: string): number {
  let at = first;
  let isOpen = isContinued(lines[at] ?? '', escapeChar);
  while (isOpen && at + 1 < lines.length) {
    at++;
    const line = lines[at] ?? '';
    isOpen = isSkipped(line) || isContinued(line, escapeChar);
  }
  return at;
}

/**
 * What a shell gets of RUN, line for line as in the Dockerfile: lines stay joined by `\`, and what docker build leaves out
 * is nothing but one.
 */
export function shellText(
  lines: readonly string[],
  start: { line: number; character: number },
  end: number,
  escapeChar: string,
): string {
  const last = lastLine(lines, start.line, escapeChar);
  const joined = lines.slice(start.line, last + 1).map((line, index) => {
    if (index > 0 && isSkipped(line)) return index === last - start.line ? '' : '\\';
    const text = index === 0 ? line.slice(start.character) : line;
    return isContinued(line, escapeChar) ? text.replace(/[\\`][ \t]*$/, '\\') : text;
  });
  return [...joined, ...lines.slice(last + 1, end + 1)].join('\n');
}
