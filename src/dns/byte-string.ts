/** The bytes of a text as a byte string (wire.ts): UTF-8, as an application passes a name to its resolver. */
export function byteStringOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A byte string for people: its bytes as UTF-8. A text that has other characters than bytes is left as it is. */
export function textOf(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes) || /[\u0100-\uffff]/.test(bytes)) return bytes;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
