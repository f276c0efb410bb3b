import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TYPES } from '../../../src/dns/codes.ts';
import { addressText } from '../../../src/resolver/address.ts';
import type { Address } from '../../../src/resolver/musl/literal.ts';
import { collectAddresses } from '../../../src/resolver/musl/parse-answer.ts';
import { rulesOf } from '../../../src/resolver/musl/rules.ts';

const QUESTION = [1, 0x78, 0, 0, 1, 0, 1];
const POINTER = [0xc0, 12];

function message(
  records: number[][],
  { rcode = 0, answers = records.length, questions = 1 } = {},
): Uint8Array {
  const header = [0, 1, 0x80, rcode, 0, questions, answers >> 8, answers & 255, 0, 0, 0, 0];
  return Uint8Array.from([...header, ...(questions > 0 ? QUESTION : []), ...records.flat()]);
}
const record = (type: number, data: number[], owner = POINTER) => [
  ...owner,
  type >> 8,
  type & 255,
  0,
  1,
  0,
  0,
  0,
  30,
  data.length >> 8,
  data.length & 255,
  ...data,
];
const a = (last: number, owner?: number[]) => record(TYPES.A, [192, 0, 2, last], owner);
const aaaa = (last: number) => record(TYPES.AAAA, [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), last]);

function read(bytes: Uint8Array, version = '1.2.5', behind: number[] = []): string[] {
  const memory = Uint8Array.from([...bytes, ...behind]);
  const found: Address[] = [];
  const rules = rulesOf(version.split('.').map(Number));
  collectAddresses({ memory, start: 0, length: bytes.length }, TYPES.A, rules, found);
  return found.map((address) => addressText(address.bytes));
}

describe('answers as musl reads them', () => {
  it('takes addresses of any owner in any order, behind any other record', () => {
    const records = [
      record(TYPES.TXT, [3, 97, 98, 99]),
      a(1, [5, 111, 116, 104, 101, 114, 0]),
      record(TYPES.CNAME, [0]),
      a(2),
    ];
    expect(read(message(records))).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('takes AAAA in the answer to A before 1.2.4 only', () => {
    expect(read(message([aaaa(1), a(1)]), '1.2.3')).toEqual(['2001:db8::1', '192.0.2.1']);
    expect(read(message([aaaa(1), a(1)]), '1.2.4')).toEqual(['192.0.2.1']);
  });

  it('looks only at the low byte of a type', () => {
    expect(read(message([record(257, [192, 0, 2, 7]), a(1)]))).toEqual(['192.0.2.7', '192.0.2.1']);
    expect(read(message([record(257, [1, 2, 3]), a(1)]))).toEqual([]);
  });

  it('ends at an address of a wrong length', () => {
    expect(read(message([a(1), record(TYPES.A, [192, 0, 2]), a(3)]))).toEqual(['192.0.2.1']);
    expect(read(message([record(TYPES.AAAA, [1]), a(3)]))).toEqual(['192.0.2.3']);
    expect(read(message([record(TYPES.AAAA, [1]), a(3)]), '1.2.3')).toEqual([]);
  });

  it('takes 48 addresses', () => {
    expect(read(message(Array.from({ length: 60 }, (_, i) => a(i))))).toHaveLength(48);
  });

  it('reads nothing of a header with more than 64 records before 1.2.5', () => {
    for (const [answers, version, count] of [
      [63, '1.2.3', 1],
      [64, '1.2.3', 0],
      [64, '1.2.4', 0],
      [64, '1.2.5', 1],
    ] as const)
      expect(read(message([a(1)], { answers }), version)).toHaveLength(count);
    expect(read(message([a(1)], { answers: 64, questions: 0 }), '1.2.3')).toHaveLength(1);
  });

  it('ends at a pointer beyond byte 510 before 1.2.5', () => {
    for (const [pointer, version, count] of [
      [0x1fe, '1.2.4', 2],
      [0x1ff, '1.2.4', 1],
      [0x200, '1.2.3', 1],
      [0x200, '1.2.5', 2],
    ] as const)
      expect(read(message([a(1), a(2, [0xc0 | (pointer >> 8), pointer & 255])]), version)).toHaveLength(
        count,
      );
  });

  it('reads what lies behind a cut record before 1.2.4', () => {
    const whole = message([a(1), a(2)]);
    for (const cut of [1, 4, 10]) {
      expect(read(whole.subarray(0, -cut), '1.2.4')).toEqual(['192.0.2.1']);
      expect(read(whole.subarray(0, -cut), '1.2.3', [...whole.subarray(-cut)])).toEqual([
        '192.0.2.1',
        '192.0.2.2',
      ]);
    }
    expect(read(whole.subarray(0, -11), '1.2.3', [...whole.subarray(-11)])).toEqual(['192.0.2.1']);
  });

  it('reads nothing of an error or a header cut short', () => {
    expect(read(message([a(1)], { rcode: 3 }))).toEqual([]);
    expect(read(message([a(1)]).subarray(0, 11))).toEqual([]);
  });

  it('ends on any bytes, with no more addresses than there is room for', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .uint8Array({ maxLength: 600 })
        .map((tail) => Uint8Array.from([...message([a(1)], { answers: 9 }), ...tail])),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom('1.1.24', '1.2.4', '1.2.6'), (any, version) => {
        const found = read(any, version);
        expect(found.length).toBeLessThanOrEqual(Math.min(48, any.length / 14 + 1));
      }),
    );
  });
});
