import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createNodeConntrackParser,
  type NodeConntrackText,
} from '../../../src/watch/kernel/node-exporter-text.ts';

/** What node_exporter 1.5.0 tells of a namespace that tracks. */
const REAL = readFileSync(new URL('../../fixtures/node-exporter.txt', import.meta.url));
const ENTRIES = 'node_nf_conntrack_entries';

function parse(...pieces: Uint8Array[]): NodeConntrackText {
  const parser = createNodeConntrackParser();
  for (const piece of pieces) parser.write(piece);
  return parser.end();
}
const entriesOf = (line: string) => parse(Buffer.from(`${line}\n`)).sample.entries;

describe('what a node_exporter tells of connection tracking', () => {
  it('is taken from the real one', () => {
    expect(parse(REAL)).toEqual({
      sample: {
        entries: 8,
        limit: 262_144,
        counters: { insert_failed: 0, drop: 0, early_drop: 0, search_restart: 0, invalid: 0 },
      },
      isOther: false,
    });
  });

  it.each([
    [`${ENTRIES} 41`, 41],
    [`  ${ENTRIES}\t41  `, 41],
    [`${ENTRIES} 1.048576e+06`, 1_048_576],
    [`${ENTRIES} 4.1E1 1700000000000`, 41],
    [`${ENTRIES} 41 1700000000.123`, 41],
    [`${ENTRIES} 41\r`, 41],
    [`${ENTRIES}{} 41`, 41],
    [`${ENTRIES}{node="a"}41`, 41],
    [`${ENTRIES} {node="}\\" 9 # ",zone="é"} 41`, 41],
    [`${ENTRIES}{node="a"} 41 # {trace_id="7"} 1 1700000000.1`, 41],
  ])('reads %j', (line, value) => expect(entriesOf(line)).toBe(value));

  it.each(['NaN', '+Inf', '-Inf', '-1', '0.5', '1e400', '0x29', '4_1', '41x', '', '"41"'])(
    'has no count where the value is %j',
    (value) => {
      expect(parse(Buffer.from(`${ENTRIES} ${value}\n`)).sample).toEqual({});
    },
  );

  it.each([
    `${ENTRIES}_limits 5`,
    'node_nf_conntrack_stat_found 5',
    `x${ENTRIES} 5`,
    `# ${ENTRIES} 5`,
    `${ENTRIES}{node="a" 5`,
    `${ENTRIES}5`,
  ])('is not %j', (line) => expect(parse(Buffer.from(`${line}\n`)).sample).toEqual({}));

  it('leaves out a last line without a newline, whose number may be cut', () => {
    expect(parse(Buffer.from(`${ENTRIES}_limit 262144\n${ENTRIES} 12`)).sample).toEqual({ limit: 262_144 });
  });

  it('says which name has several values: of many nodes none is known to be ours', () => {
    const text = Buffer.from(`${ENTRIES}{node="a"} 4\n${ENTRIES}{node="b"} 5\n`);
    expect(parse(text).repeated).toBe(ENTRIES);
  });

  it('skips a line of more than 64 KiB, and reads the next', () => {
    const long = `${ENTRIES}{a="${'x'.repeat(70_000)}"} 1\n`;
    for (const size of [1 << 20, 1_000]) {
      const text = Buffer.from(`${long}${ENTRIES} 2\n`);
      expect(parse(...inPieces(text, size)).sample).toEqual({ entries: 2 });
    }
  });

  it('takes no time over a line that is made to be slow', () => {
    const before = performance.now();
    for (const part of ['"', '"\\', '{', 'x="",', ' ', '1']) {
      parse(Buffer.from(`${ENTRIES}{${part.repeat(65_000 / part.length)}\n`));
    }
    for (const value of ['1'.repeat(65_000), `1.${'1'.repeat(65_000)}`, `1${' '.repeat(65_000)}`]) {
      parse(Buffer.from(`${ENTRIES} ${value}x\n`));
    }
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it.each([
    ['<!DOCTYPE html>\n', true],
    ['{"status":"success"}\n', true],
    ['Not found here\n', true],
    ['# EOF\n', false],
    ['\nup 1\n', false],
    ['', false],
  ])('tells %j from metrics', (text, isOther) => expect(parse(Buffer.from(text)).isOther).toBe(isOther));

  it('is the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: REAL.length }), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), REAL.length];
        const pieces = at.slice(1).map((to, index) => REAL.subarray(at[index], to));
        expect(parse(...pieces)).toEqual(parse(REAL));
      }),
    );
    expect(parse(...inPieces(REAL, 1))).toEqual(parse(REAL));
  });

  it('never throws, whatever the bytes', () => {
    const word = fc.constantFrom(
      ENTRIES,
      '_limit',
      '{',
      '}',
      '"',
      '\\',
      ' ',
      '1',
      'e',
      '\n',
      '\r',
      '#',
      'NaN',
      '\0',
    );
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.array(word).map((words) => Buffer.from(words.join(''))),
    );
    fc.assert(
      fc.property(fc.array(bytes), (pieces) => {
        const { entries = 0 } = parse(...pieces).sample;
        expect(Number.isSafeInteger(entries) && entries >= 0).toBe(true);
      }),
    );
  });
});

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
