import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textsOf } from '../../../../src/watch/logs/unescape/texts-of.ts';
import { cpuMs, filledWith } from '../cpu-time.ts';
import { goQuote } from '../go-quote.ts';
import { DIAL, GET, LOGGER_LINES } from '../logger-lines.ts';

const occurrences = (texts: string[], of: string) =>
  texts.reduce((count, text) => count + text.split(of).length - 1, 0);

describe('textsOf', () => {
  it.each(LOGGER_LINES)('finds the error in a line of $logger', ({ line, error, alone, times }) => {
    const texts = textsOf(line);
    expect(occurrences(texts, error)).toBe(times);
    expect(texts.includes(error)).toBe(alone);
  });

  it('leaves an error with quotes in it whole', () => {
    const error = 'Get "http://api/v1": dial tcp: lookup api on 10.96.0.10:53: no such host';
    expect(textsOf(error)).toEqual([error]);
    expect(textsOf(`connection error: desc = "transport: ${DIAL}"`)).toEqual([
      `connection error: desc = "transport: ${DIAL}"`,
    ]);
  });

  it('takes the strings of JSON in their order, however deep', () => {
    const deep = (n: number): unknown => (n === 0 ? { b: 'deep' } : [deep(n - 1)]);
    expect(
      textsOf(JSON.stringify({ 2: 'x', 1: ['y', { a: 'z' }], c: deep(500), d: null, e: true, f: -1.5e9 })),
    ).toEqual(['y', 'z', 'x', 'deep']);
    expect(textsOf('{"error":"first","error":"second"}')).toEqual(['first', 'second']);
    expect(textsOf('{ "msg" : "a", "n" :\t1 ,"m": "b" }\r')).toEqual(['a', 'b']);
  });

  it('opens a logger line that a collector wrapped, up to four times', () => {
    const line = `time=2026-11-23T09:44:19Z level=ERROR msg=x err="lookup a.b: no such host"`;
    expect(textsOf(JSON.stringify({ log: `${line}\n`, stream: 'stderr' }))).toEqual([
      'time=2026-11-23T09:44:19Z level=ERROR msg=x err=""\n',
      'lookup a.b: no such host',
      'stderr',
    ]);
    const wrap = (text: string, times: number): string =>
      times === 0 ? text : wrap(JSON.stringify({ log: text }), times - 1);
    expect(textsOf(wrap(GET, 5))).toEqual([GET]);
    expect(textsOf(wrap(GET, 6))).toEqual([wrap(GET, 1)]);
    expect(textsOf(`app-1  | ${wrap(GET, 2)}`)).toEqual(['app-1  | ', GET]);
  });

  it.each([
    [
      'cut in a value',
      `{"level":"error","error":"Get \\"http://api\\": lookup api: no such ho`,
      ['error', 'Get "http://api": lookup api: no such ho'],
    ],
    ['cut in an escape', '{"error":"a-\\u003eb\\u00', ['a->b\\u00']],
    ['cut behind a backslash', '{"error":"a\\n\\', ['a\n\\']],
    ['cut in a key', '{"error":"a b","lev', ['a b', 'lev']],
    ['cut at its start', 'or":"a-\\u003eb","level":"error"}', ['or":"","level":"error"}', 'a->b']],
    ['with a text behind', '{"error":"a b"} lookup c: no such host', ['{} lookup c: no such host', 'a b']],
    ['that is none', '{"a": dial tcp: lookup c: no such host}', ['{}dial tcp: lookup c: no such host}']],
    ['twice', '{"error":"a"}{"error":"b"}', ['a', 'b']],
    [
      'in the middle of a line of the trace',
      'go package net: hostLookupOrder({"msg":"a"}',
      ['go package net: hostLookupOrder(', 'a'],
    ],
  ])('reads a JSON object %s', (_, line, texts) => {
    expect(textsOf(line)).toEqual(texts);
  });

  it.each([
    ['a value cut short', 'err="Get \\"http://a\\": lookup a: no', ['err="', 'Get "http://a": lookup a: no']],
    ['a quote that opens nothing', '5" disk err="a \\"b\\""', ['5" disk err=""', 'a "b"']],
    ['a host name full of quotes', 'lookup a"b\\"c: no such host', ['lookup a"b\\"c: no such host']],
    [
      'Ruby hashes of a collector',
      '[1.0, {"log"=>"a\\"b", "s"=>"c"}]',
      ['[1.0, {"log"=>"", "s"=>"c"}]', 'a"b'],
    ],
    ['nothing said', '{"a":"","b":[" ","-"]}', []],
  ])('reads %s', (_, line, texts) => {
    expect(textsOf(line)).toEqual(texts);
  });
});

describe('textsOf, whatever the application said', () => {
  const hard = fc.constantFrom(
    '"',
    '\\',
    '="',
    '{"',
    '{"a":"',
    '":',
    '}',
    ' ',
    '\n',
    '\\u003e',
    '{ "',
    'é',
    '\u{1f600}',
    '\0',
  );
  const said = fc
    .array(fc.oneof(hard, fc.string({ unit: 'binary' })), { maxLength: 12 })
    .map((pieces) => pieces.join(''));

  it('is the same through JSON', () => {
    fc.assert(
      fc.property(said, (text) => {
        expect(textsOf(JSON.stringify({ level: 'error', n: [1, { msg: text }] }))).toEqual([
          'error',
          ...textsOf(text),
        ]);
      }),
    );
  });

  it('is the same through a quoted value', () => {
    fc.assert(
      fc.property(said, (text) => {
        expect(textsOf(`level=error err=${goQuote(text)} n=1`)).toEqual([
          'level=error err="" n=1',
          ...textsOf(text),
        ]);
      }),
    );
  });

  it('is in one text only, through any four wrappings', () => {
    const wrappings: ((text: string) => string)[] = [
      (text) => JSON.stringify({ log: `${text}\n`, stream: 'stderr' }),
      (text) => `2026-11-23T09:44:19.170Z\tERROR\tmain.go:1\tfailed\t{"error": ${JSON.stringify(text)}}`,
      (text) => `time="2026-11-23T09:44:19Z" level=error msg=${goQuote(text)}`,
      (text) => `calling: ${text}`,
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wrappings), { maxLength: 4 }), (wrapped) => {
        const texts = textsOf(wrapped.reduce((text, wrap) => wrap(text), GET));
        expect(occurrences(texts, GET)).toBe(1);
        expect(occurrences(texts, 'lookup')).toBe(1);
      }),
    );
  });

  it('never says more than the record', () => {
    fc.assert(
      fc.property(said, (record) => {
        expect(textsOf(record).join('').length).toBeLessThanOrEqual(record.length);
      }),
    );
  });
});

describe('textsOf of a hostile record', () => {
  const pieces = [
    '"',
    '\\"',
    '"""',
    '{',
    '{"',
    '{ "',
    '{"a":',
    '{"a":[',
    '{"a":"b"',
    '{"a" ',
    '"a",',
    '="',
    '="\\"',
    '="\\n" ',
    '=\\"',
    '"}',
    '\\',
    '\\x41',
    '{\\"',
    '\x1b[1',
    '"\\\\',
  ];

  it.each(pieces)('takes time in proportion to its length: 64 KiB of %j', (piece) => {
    textsOf(filledWith(piece));
    expect(cpuMs(() => textsOf(filledWith(piece)))).toBeLessThan(250); // some 5 ms; quadratic, it was 6,700
    expect(cpuMs(() => textsOf(`{"a":"${filledWith(piece)}`))).toBeLessThan(250);
    expect(cpuMs(() => textsOf(`err=${goQuote(filledWith(piece))}`))).toBeLessThan(250);
  });
});
