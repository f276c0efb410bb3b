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

/** C0, DEL, C1, line separators, bidirectional and zero-width controls, lone surrogates, byte order mark. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{d800}-\u{dfff}]/gu;
