import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeQuoted } from '../../../../src/watch/logs/unescape/escapes.ts';
import { goQuote } from '../go-quote.ts';

describe('unescapeQuoted', () => {
  it('undoes JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(unescapeQuoted(JSON.stringify(text).slice(1, -1))).toBe(text);
      }),
    );
    expect(unescapeQuoted('4123-\\u003e10.96.0.10:53 \\u003c\\u0026\\/ \\ud83d\\ude00')).toBe(
      '4123->10.96.0.10:53 <&/ \u{1f600}',
    );
  });

  it("undoes Go's %q and %+q", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescapeQuoted(goQuote(text).slice(1, -1))).toBe(text);
      }),
    );
    // As Go 1.19 wrote them: a byte that is no UTF-8, then what is not printable.
    expect(unescapeQuoted(String.raw`a\x00\xff\u2028\u00ad\x7f\"\\\t'`)).toBe(
      'a\0\ufffd\u2028\u00ad\x7f"\\\t\'',
    );
    expect(unescapeQuoted(String.raw`\u00e9\U0001f600\a\b\f\v`)).toBe('é\u{1f600}\x07\b\f\v');
  });

  it('takes escaped bytes together', () => {
    expect(unescapeQuoted(String.raw`\xc3\xa9 \303\251 \xe2\x82`)).toBe('é é \ufffd');
  });

  it('keeps a byte order mark, which an application may have meant', () => {
    expect(unescapeQuoted(String.raw`\xef\xbb\xbfa`)).toBe('\ufeffa');
  });

  it('leaves what is no escape', () => {
    for (const text of ['\\d', '\\u12', '\\x4', '\\9', '\\U00110000', '\\477', 'a\\'])
      expect(unescapeQuoted(text)).toBe(text);
    expect(unescapeQuoted('\\\\n')).toBe('\\n');
  });
});
