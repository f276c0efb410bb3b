import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTraceLines } from '../../src/golang/debug-lines.ts';
import { lookupLineBytes } from '../../src/golang/lookup-line-bytes.ts';

const LINE =
  /^(?:(?!go p)[^"\\])*go package net: (hostLookupOrder|addrLookupOrder)\([*-[\]-\x7f]+\) = (files,dns|dns,files|files|dns|cgo)$/;

function read(line: string, before = '', after = ''): { func: string; order: string } | undefined {
  const bytes = Buffer.from(before + line + after, 'latin1');
  return lookupLineBytes(bytes, before.length, before.length + line.length);
}

test.each([
  ['go package net: hostLookupOrder(db.prod) = files,dns', 'hostLookupOrder', 'files,dns'],
  ['go package net: hostLookupOrder(db.prod.) = dns,files', 'hostLookupOrder', 'dns,files'],
  ['go package net: hostLookupOrder(x) = cgo', 'hostLookupOrder', 'cgo'],
  ['go package net: addrLookupOrder(fe80::1) = files', 'addrLookupOrder', 'files'],
  ['2026-11-23T09:21:00.1Z stderr F go package net: hostLookupOrder(x) = dns', 'hostLookupOrder', 'dns'],
])('%s', (line, func, order) => {
  expect(read(line)).toEqual({ func, order });
});

test.each([
  ['an empty host, which only Go before 1.21 prints', 'go package net: hostLookupOrder() = cgo'],
  ['a host with a parenthesis', 'go package net: hostLookupOrder(a) = b) = cgo'],
  ['a host with a space', 'go package net: hostLookupOrder(a b) = cgo'],
  ['a host with a backslash', 'go package net: hostLookupOrder(a\\b) = cgo'],
  ['two lines glued', 'go package net: hostLookupOrder(go package net: hostLookupOrder(b) = cgo'],
  ['a torn line before it', 'go package netgo package net: hostLookupOrder(b) = cgo'],
  ['a zone', 'go package net: addrLookupOrder(fe80::1%eth0) = files'],
  ['a line in JSON', '{"msg":"x go package net: hostLookupOrder(b) = cgo'],
  ['something behind it', 'go package net: hostLookupOrder(b) = cgo '],
  ['an order there is not', 'go package net: hostLookupOrder(b) = dns,cgo'],
  ['a torn order', 'go package net: hostLookupOrder(b) = files,'],
  ['a torn call', 'ackage net: hostLookupOrder(b) = cgo'],
  ['a call and no more', 'go package net: hostLookupOrder('],
  ['a call that is not closed', 'go package net: hostLookupOrder(files,dns'],
  ['another call', 'go package net: portLookupOrder(x) = cgo'],
  ['nothing', ''],
])('leaves to others: %s', (_, line) => {
  expect(read(line)).toBeUndefined();
});

/** What the regular expression says of the line. */
function expected(line: string): ReturnType<typeof read> {
  const match = LINE.exec(line);
  return match ? { func: match[1] ?? '', order: match[2] ?? '' } : undefined;
}

describe('agrees with a regular expression', () => {
  const orders = ['files,dns', 'dns,files', 'files', 'dns', 'cgo'];

  test.each(orders)('on each line that is one byte from one with order %s', (order) => {
    for (const call of ['hostLookupOrder(db-1.prod', 'addrLookupOrder(::1']) {
      const line = `x: go package net: ${call}) = ${order}`;
      for (let at = 0; at <= line.length; at++) {
        const [before, after] = [line.slice(0, at), line.slice(at + 1)];
        const near = [before, before + after];
        for (let code = 0; code < 256; code++) near.push(before + String.fromCharCode(code) + after);
        for (const text of near)
          if (read(text)?.order !== expected(text)?.order) expect.fail(JSON.stringify(text));
      }
    }
  });

  const piece = fc.constantFrom(
    ...['go package net', ': ', 'hostLookupOrder(', 'addrLookupOrder(', ') = ', 'files', ',', 'dns', 'cgo'],
    ...['host.example', 'g', 'go package n', '"', '\\', ' ', '\t', '\0', '\xe9', '(', ')', '', '{'],
  );
  const begin = fc.constantFrom('', '', 'stderr F ', 'go package', 'x"', 'go package net: ');
  const call = fc.constantFrom('go package net: hostLookupOrder(', 'go package net: addrLookupOrder(');
  const oddName = fc
    .tuple(fc.stringMatching(/^[a-z.]{0,12}$/), fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([name, at, code]) => {
      const place = at % (name.length + 1);
      return name.slice(0, place) + String.fromCharCode(code) + name.slice(place);
    });
  const host = fc.oneof(
    fc.stringMatching(/^[a-z.:_-]{0,70}$/),
    oddName,
    fc.array(piece, { maxLength: 3 }).map((parts) => parts.join('')),
  );
  const order = fc.constantFrom(...orders, 'cg', 'xcgo');
  const likely = fc.tuple(begin, call, host, fc.constant(') = '), order).map((parts) => parts.join(''));
  const anything = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

  test('on any line, whatever stands before and behind it', () => {
    fc.assert(
      fc.property(fc.oneof(likely, anything), anything, anything, (line, before, after) => {
        expect(read(line, before, after)).toEqual(expected(line));
      }),
      { numRuns: 5000 },
    );
  });
});

test('what is recognised from bytes is what the parser of strings reads', () => {
  const piece = fc.constantFrom(
    ...[
      'go package net: ',
      'hostLookupOrder(',
      'addrLookupOrder(',
      ') = ',
      'files,dns',
      'dns,files',
      'files',
      'dns',
      'cgo',
    ],
    ...[
      'db.prod',
      '10.0.0.1',
      'fe80::1%eth0',
      'a b',
      'x) = cgo',
      '"',
      '\\',
      'lookup ',
      ' ',
      '2026-11-23T10:00:00Z stderr F ',
      'ü',
    ],
  );
  const line = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.tuple(piece, piece, piece).map(([a, b, c]) => `${a}go package net: hostLookupOrder(${b}) = ${c}`),
  );
  fc.assert(
    fc.property(line, (text) => {
      const bytes = Buffer.from(text);
      const fast = lookupLineBytes(bytes, 0, bytes.length);
      if (!fast) return;
      const parsed = parseTraceLines(text);
      expect(parsed).toMatchObject([{ kind: 'lookup', ...fast }]);
    }),
    { numRuns: 3_000 },
  );
});
