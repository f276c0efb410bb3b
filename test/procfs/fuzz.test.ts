/** Hostile bytes: however they come, a value or a ProcfsError, in bounded time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConntrackStat } from '../../src/procfs/conntrack-stat.ts';
import { parseEnviron } from '../../src/procfs/environ.ts';
import { parseLimits } from '../../src/procfs/limits.ts';
import { findLibc } from '../../src/procfs/maps.ts';
import { parseNetstat } from '../../src/procfs/netstat.ts';
import { parseBootTime, parseProcessStat } from '../../src/procfs/process-stat.ts';
import { parseStatus } from '../../src/procfs/process-status.ts';
import { ProcfsError } from '../../src/procfs/procfs-error.ts';
import { parseSnmp, parseSnmp6 } from '../../src/procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../src/procfs/sockstat.ts';
import { parseSoftnet } from '../../src/procfs/softnet.ts';
import { parsePortList, parsePortRange, usablePorts } from '../../src/procfs/source-ports.ts';
import { parseNumber } from '../../src/procfs/sysctl.ts';
import { bytesOf, cutAt, flowsOf, KERNELS, socketsOf, textsOf } from './fixtures.ts';

interface Parser {
  parse: (text: string) => unknown;
  fixtures: string[];
  /** A file of which a part says less than the whole, and nothing shows it: a line a CPU, a mapping, a variable. */
  partial?: boolean;
}
const bytes = (text: string) => [Buffer.from(text, 'latin1')];
const nf = 'sys/net/netfilter/nf_conntrack_max';

const PARSERS: Record<string, Parser> = {
  sockstat: { parse: parseSockstat, fixtures: textsOf('net/sockstat') },
  sockstat6: { parse: parseSockstat6, fixtures: textsOf('net/sockstat6') },
  snmp: { parse: parseSnmp, fixtures: textsOf('net/snmp') },
  snmp6: { parse: parseSnmp6, fixtures: textsOf('net/snmp6'), partial: true },
  netstat: { parse: parseNetstat, fixtures: textsOf('net/netstat'), partial: true },
  udp: { parse: (text) => socketsOf(bytes(text)), fixtures: textsOf('net/udp'), partial: true },
  udp6: { parse: (text) => socketsOf(bytes(text), 'net/udp6'), fixtures: textsOf('net/udp6'), partial: true },
  softnet: { parse: parseSoftnet, fixtures: textsOf('net/softnet_stat'), partial: true },
  conntrackStat: { parse: parseConntrackStat, fixtures: textsOf('net/stat/nf_conntrack'), partial: true },
  conntrackTable: {
    parse: (text) => flowsOf(bytes(text)),
    fixtures: textsOf('net/nf_conntrack'),
    partial: true,
  },
  number: { parse: (text) => parseNumber(text, nf), fixtures: textsOf(nf) },
  portRange: { parse: parsePortRange, fixtures: textsOf('sys/net/ipv4/ip_local_port_range') },
  portList: { parse: parsePortList, fixtures: textsOf('sys/net/ipv4/ip_local_reserved_ports') },
  bootTime: { parse: parseBootTime, fixtures: textsOf('stat') },
  status: { parse: parseStatus, fixtures: textsOf('[0-9]*/status'), partial: true },
  stat: { parse: parseProcessStat, fixtures: textsOf('[0-9]*/stat') },
  limits: { parse: parseLimits, fixtures: textsOf('[0-9]*/limits') },
  environ: {
    parse: (text) => parseEnviron(text, ['GODEBUG', 'LOCALDOMAIN']),
    fixtures: textsOf('[0-9]*/environ'),
    partial: true,
  },
  maps: { parse: findLibc, fixtures: textsOf('[0-9]*/maps'), partial: true },
};

/** What a parser makes of a text: its value, or that it is none; any other error is thrown. */
function outcome({ parse }: Parser, text: string): { value: unknown } | 'none' {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof ProcfsError)) throw error;
    expect(error.message).toMatch(/^[\x20-\x7e]{1,400}$/);
    return 'none';
  }
}

/** Any numbers in it are such as a kernel may print. */
function expectSane(value: unknown): void {
  if (typeof value === 'number') expect(Number.isNaN(value) || value < 0).toBe(false);
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) expectSane(each);
}

/** A fixture with some bytes changed, taken out or put in. */
function mutated(fixtures: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(20_000),
    remove: fc.oneof(fc.nat(3), fc.nat(500)),
    insert: fc.oneof(
      fc.constantFrom('', ' ', '\n', '\0', '-', ':', '0', '9', 'f', '53', '\n\n', '[UNREPLIED] ', '\xff'),
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...fixtures), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([fixture, edits]) =>
      edits.reduce((text, { at, remove, insert }) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + remove);
      }, fixture),
    );
}

describe.each(Object.entries(PARSERS))('%s', (_, parser) => {
  it('has fixtures, and reads them', () => {
    expect(parser.fixtures.length).toBeGreaterThanOrEqual(KERNELS.length);
    for (const fixture of parser.fixtures) expect(outcome(parser, fixture)).not.toBe('none');
  });

  it('makes of mutated files a value or a ProcfsError', () => {
    fc.assert(
      fc.property(mutated(parser.fixtures), (text) => {
        const result = outcome(parser, text);
        // A sysctl may be below zero; nothing else is.
        if (result !== 'none' && parser !== PARSERS.number) expectSane(result.value);
      }),
      { numRuns: 400 },
    );
  });

  it('makes of random bytes a value or a ProcfsError', () => {
    const random = fc.uint8Array({ maxLength: 2000 }).map((all) => Buffer.from(all).toString('latin1'));
    fc.assert(
      fc.property(random, (text) => {
        outcome(parser, text);
      }),
      { numRuns: 200 },
    );
  });

  it('is done with a megabyte of one thing in well under a second', () => {
    const lines = [
      '\n',
      'a',
      ' ',
      '0',
      '\0',
      '(',
      ') ',
      '0 ',
      'Udp: ',
      'Udp: 0\n',
      '1,',
      '1-',
      ':\n',
      '/libc-2.',
    ];
    for (const piece of [...lines, 'Udp6a 0\n', 'entries ', 'Name:\\n', '00000000 ', '/ld-musl-', 'x=\0']) {
      const text = piece.repeat((1 << 20) / piece.length);
      const begin = performance.now();
      outcome(parser, text);
      outcome(parser, `${parser.fixtures[0] ?? ''}${text}\n`);
      expect(performance.now() - begin, JSON.stringify(piece)).toBeLessThan(2000);
    }
  });

  it('says the same of a file that was cut, or that it was', () => {
    for (const fixture of parser.fixtures) {
      const whole = outcome(parser, fixture);
      for (let end = 0; end < fixture.length; end += fixture.length > 3000 ? 7 : 1) {
        const result = outcome(parser, fixture.slice(0, end));
        if (!parser.partial && result !== 'none') expect(result).toStrictEqual(whole);
      }
    }
  });
});

describe('a table that comes in chunks cut anywhere', () => {
  const places = fc.array(fc.nat(), { maxLength: 40 });

  it.each(KERNELS)('of %s is the same', (kernel) => {
    for (const file of ['net/udp', 'net/udp6']) {
      const table = bytesOf(kernel, file);
      const whole = socketsOf([table], file);
      fc.assert(
        fc.property(places, (cuts) => {
          expect(socketsOf(cutAt(table, cuts), file)).toStrictEqual(whole);
        }),
      );
      const single = Array.from(table, (_, at) => table.subarray(at, at + 1));
      expect(socketsOf(single, file)).toStrictEqual(whole);
    }
    const table = bytesOf(kernel, 'net/nf_conntrack');
    const whole = flowsOf([table]);
    fc.assert(
      fc.property(places, (cuts) => {
        expect(flowsOf(cutAt(table, cuts))).toStrictEqual(whole);
      }),
    );
    expect(flowsOf(Array.from(table, (_, at) => table.subarray(at, at + 1)))).toStrictEqual(whole);
  });

  it('is the same where the reader uses its chunk again', () => {
    const table = bytesOf('6.18', 'net/udp');
    const buffer = Buffer.alloc(100);
    function* chunks() {
      for (let at = 0; at < table.length; at += buffer.length) {
        yield buffer.subarray(0, table.copy(buffer, 0, at));
      }
    }
    expect(socketsOf(chunks())).toStrictEqual(socketsOf([table]));
  });

  it('and is mutated, or cut, gives of its sockets only such as a kernel may have', () => {
    fc.assert(
      fc.property(mutated([...textsOf('net/udp'), ...textsOf('net/udp6')]), places, (text, cuts) => {
        const table = Buffer.from(text, 'latin1');
        const one = outcome({ parse: () => socketsOf([table]), fixtures: [] }, '');
        const many = outcome({ parse: () => socketsOf(cutAt(table, cuts)), fixtures: [] }, '');
        expect(many).toStrictEqual(one);
        if (one === 'none') return;
        for (const socket of one.value as ReturnType<typeof socketsOf>) {
          expect(socket.localPort <= 65_535 && socket.remotePort <= 65_535).toBe(true);
          expect(socket.receiveQueue).toBeLessThan(2 ** 31);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('source ports', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const span = fc.tuple(port, port).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

  it('are those of the range that no span reserves, each counted once', () => {
    fc.assert(
      fc.property(span, fc.array(span, { maxLength: 6 }), (range, reserved) => {
        const ports = usablePorts(range, reserved);
        const free = (each: number) =>
          each >= range.low &&
          each <= range.high &&
          !reserved.some(({ low, high }) => low <= each && each <= high);
        let usable = 0;
        for (let each = 0; each <= 65_535; each++) {
          if (ports.includes(each)) usable++;
          if (each % 97 === 0) expect(ports.includes(each)).toBe(free(each));
        }
        for (const each of [
          range.low,
          range.high,
          ...reserved.flatMap(({ low, high }) => [low - 1, low, high, high + 1]),
        ]) {
          expect(ports.includes(each)).toBe(free(each));
        }
        expect(ports.usable).toBe(usable);
        expect(ports.reserved + ports.usable).toBe(range.high - range.low + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('are read as they are written', () => {
    const list = (spans: { low: number; high: number }[]) =>
      `${spans.map(({ low, high }) => (low === high ? low : `${low}-${high}`)).join(',')}\n`;
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
        expect(parsePortList(list(spans))).toStrictEqual(spans);
      }),
    );
    fc.assert(
      fc.property(span, (each) => {
        expect(
          parsePortRange(`${each.low}	${each.high}
`),
        ).toStrictEqual(each);
      }),
    );
  });

  it.each([
    '1-\n',
    '-1\n',
    '1--2\n',
    '1-2-3\n',
    '5-4\n',
    '65536\n',
    ',\n',
    '1,,2\n',
    '1\n2\n',
    '1 2\n',
    '0x10\n',
    '1',
  ])('%j is no list', (text) => {
    expect(() => parsePortList(text)).toThrow(ProcfsError);
  });

  it.each(['', '\n', '1\n', '1 2 3\n', '60999 32768\n', '1 65536\n', '-1 5\n', '1 2', 'a b\n'])(
    '%j is no range',
    (text) => {
      expect(() => parsePortRange(text)).toThrow(ProcfsError);
    },
  );
});
