import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable } from '../../src/serve/terminal.ts';

it('shows what would steer a terminal', () => {
  expect(printable('a\u001b[31mb\r\u0007\u009bc\u202ed')).toBe('a\\x1b[31mb\\x0d\\x07\\x9bc\\u{202e}d');
  expect(printable('bücher 例え — ok')).toBe('bücher 例え — ok');
});

it('leaves no control character in any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}|\p{Cs}/u.test(printable(text))));
});
