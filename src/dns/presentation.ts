/** Text forms of names and data, as master files and dig have them (RFC 1035 section 5.1). */
import { CLASS_IN } from './codes.ts';

/** A name without its last dot; `.` for the root. Bytes that are no visible ASCII, and dots in labels, are escaped. */
export function nameText(labels: readonly string[]): string {
  return labels.length === 0 ? '.' : labels.map((label) => escaped(label, /[.\\"]/)).join('.');
}

/** A character string in quotes. */
export function quotedText(bytes: Uint8Array): string {
  return `"${escaped(String.fromCharCode(...bytes), /[\\"]/)}"`;
}

/** Data of a type or class that has no form of its own here: RFC 3597 section 5. */
export function genericText(data: Uint8Array): string {
  return data.length === 0 ? '\\# 0' : `\\# ${data.length} ${Buffer.from(data).toString('hex')}`;
}

/** `IN`, `CLASS3`. */
export function classText(code: number): string {
  return code === CLASS_IN ? 'IN' : `CLASS${code}`;
}

/** @param text a byte string */
function escaped(text: string, special: RegExp): string {
  let out = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x20 || code > 0x7e) out += `\\${String(code).padStart(3, '0')}`;
    else out += special.test(character) ? `\\${character}` : character;
  }
  return out;
}
