/**
 * Text from a log, made safe for a terminal: control characters (escape sequences, carriage returns) and characters
 * that turn the direction of writing are shown as \xNN and \u{NNNN}.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/**
 * A text behind its label, broken at spaces where a line would be longer than
 * `width`, each line at the same indent.
 */
export function hanging(label: string, text: string, width: number): string[] {
  const room = Math.max(20, width - label.length);
  const lines = [''];
  for (const word of printable(text).split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

/**
 * Unicode's categories of controls, invisible formatting (bidirectional,
 * zero-width), surrogates alone, and line separators.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
