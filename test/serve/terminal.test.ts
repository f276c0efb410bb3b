import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hanging, printable } from '../../src/serve/terminal.ts';

it('shows what would steer a terminal', () => {
  expect(printable('a\u001b[31mb\r\u0007\u009bc\u202ed')).toBe('a\\x1b[31mb\\x0d\\x07\\x9bc\\u{202e}d');
  expect(printable('soft\u00adhyphen \u{e0041}')).toBe('soft\\xadhyphen \\u{e0041}');
  expect(printable('bücher 例え — ok')).toBe('bücher 例え — ok');
});

it('breaks long texts at spaces, at one indent, and loses no word', () => {
  expect(hanging('  fix  ', 'one two three four five six', 20)).toEqual([
    '  fix  one two three four',
    '       five six',
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,40}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 200 }),
      (words, width) => {
        expect(
          hanging('seen ', words.join(' '), width)
            .map((line) => line.slice(5))
            .join(' '),
        ).toBe(words.join(' '));
      },
    ),
  );
});

it('leaves no control character in any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}|\p{Cf}|\p{Cs}/u.test(printable(text))),
  );
});
