// ECMA-48, 8.3.117 (SGR). zerolog and logrus colour keys and values on a terminal, and often off it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character is what is looked for
const COLOUR = /\x1b\[[\d;]*m/g;

/** A text without its colours, which stand between a key and its value and so hide where a value begins. */
export function withoutColour(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOUR, '') : text;
}
