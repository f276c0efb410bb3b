/** Files that are not what the kernel writes: each is told, and none is half read. */
import { describe, expect, it } from 'vitest';
import { parseConntrackStat } from '../../src/procfs/conntrack-stat.ts';
import { parseLimits } from '../../src/procfs/limits.ts';
import { findLibc } from '../../src/procfs/maps.ts';
import { parseNetstat } from '../../src/procfs/netstat.ts';
import { parseBootTime, parseProcessStat } from '../../src/procfs/process-stat.ts';
import { parseStatus } from '../../src/procfs/process-status.ts';
import { ProcfsError } from '../../src/procfs/procfs-error.ts';
import { parseSnmp, parseSnmp6 } from '../../src/procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../src/procfs/sockstat.ts';
import { parseSoftnet } from '../../src/procfs/softnet.ts';
import { parseNumber } from '../../src/procfs/sysctl.ts';
import { textOf } from './fixtures.ts';

const FILES: [file: string, parse: (text: string) => unknown][] = [
  ['net/sockstat', parseSockstat],
  ['net/sockstat6', parseSockstat6],
  ['net/snmp', parseSnmp],
  ['net/snmp6', parseSnmp6],
  ['net/netstat', parseNetstat],
  ['net/softnet_stat', parseSoftnet],
  ['net/stat/nf_conntrack', parseConntrackStat],
  ['stat', parseBootTime],
  ['50/status', parseStatus],
  ['50/stat', parseProcessStat],
  ['50/limits', parseLimits],
  ['50/maps', findLibc],
  ['sys/net/netfilter/nf_conntrack_max', (text) => parseNumber(text, 'sys/net/netfilter/nf_conntrack_max')],
];

it.each(FILES)('%s that was cut within its last line is not read', (file, parse) => {
  const text = textOf('6.18', file);
  expect(() => parse(text)).not.toThrow();
  expect(() => parse(text.slice(0, -1))).toThrow(ProcfsError);
});

// Of a kernel thread maps is empty; of netstat nothing is needed.
it.each(FILES.filter(([file]) => !['50/maps', 'net/netstat'].includes(file)))(
  '%s that is empty is not read',
  (_, parse) => {
    expect(() => parse('')).toThrow(ProcfsError);
  },
);

describe('net/stat/nf_conntrack', () => {
  const text = textOf('5.15', 'net/stat/nf_conntrack');

  it('has as many values as names', () => {
    expect(() => parseConntrackStat(text.replace(/ \w+\n$/, '\n'))).toThrow(ProcfsError);
    expect(() => parseConntrackStat(text.replace(/\n$/, ' 00000000\n'))).toThrow(ProcfsError);
    expect(() => parseConntrackStat(text.replace(' drop ', ' '))).toThrow(ProcfsError);
    expect(() => parseConntrackStat(text.replace(/\n.*/s, '\n'))).toThrow('no line of a CPU');
  });

  it('goes by names in any order, and knows no others', () => {
    const [names = '', ...cpus] = text.trimEnd().split('\n');
    const turned = (line: string) => [
      ...line.split(/ +/).slice(0, 1),
      ...line.split(/ +/).slice(1).reverse(),
      '7',
    ];
    const other = [
      `${turned(names).slice(0, -1).join(' ')} future`,
      ...cpus.map((cpu) => turned(cpu).join(' ')),
    ];
    expect(parseConntrackStat(`${other.join('\n')}\n`)).toStrictEqual(parseConntrackStat(text));
  });
});

describe('net/softnet_stat', () => {
  const line = '00000001 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000';

  it('has nine columns and more, as many for each CPU', () => {
    expect(parseSoftnet(`${line}\n${line}\n`)).toStrictEqual({ processed: 2, dropped: 4, squeezed: 6 });
    expect(() => parseSoftnet('00000001 00000002 00000003\n')).toThrow(ProcfsError);
    expect(() => parseSoftnet(`${line}\n${line} 00000000\n`)).toThrow(ProcfsError);
  });
});

describe('net/snmp and net/netstat', () => {
  it('have as many values as names', () => {
    expect(() => parseSnmp('Udp: InDatagrams NoPorts\nUdp: 1\n')).toThrow(ProcfsError);
    expect(() => parseSnmp('Udp: InDatagrams\nUdp: 1 2\n')).toThrow(ProcfsError);
    expect(() => parseSnmp('Udp: InDatagrams\nUdp: 1\nUdp: 2\n')).toThrow(ProcfsError);
    expect(() => parseSnmp('Udp: InDatagrams\n')).toThrow(ProcfsError);
    expect(() => parseSnmp('UdpLite: InDatagrams\nUdpLite: 1\n')).toThrow(ProcfsError);
  });

  it('go by names in any order, without those that a kernel does not have', () => {
    const text = 'Udp: MemErrors Future InDatagrams\nUdp: 3 2 1\n';
    expect(parseSnmp(text)).toStrictEqual({ in: 1, errors: { mem: 3 } });
    expect(parseSnmp6('Udp6OutDatagrams 5\nUdp6Future 1\nUdpLite6InErrors 9\n')).toStrictEqual({
      out: 5,
      errors: {},
    });
  });

  it('have no counter below zero, and none that a double does not hold', () => {
    expect(() => parseSnmp('Udp: InErrors\nUdp: -1\n')).toThrow(ProcfsError);
    expect(() => parseSnmp('Udp: InErrors\nUdp: 9007199254740993\n')).toThrow(ProcfsError);
    expect(() => parseSnmp6('Udp6InErrors 1 2\n')).toThrow(ProcfsError);
  });

  it('may have names alone, as gVisor writes netstat, or no such protocol', () => {
    expect(parseNetstat('TcpExt: SyncookiesSent TCPSynRetrans\n')).toStrictEqual({});
    expect(parseNetstat('IpExt: InOctets\nIpExt: 1\n')).toStrictEqual({});
  });
});

it('a later line of a status does not change an earlier one', () => {
  const text = textOf('5.4', '7/status');
  expect(parseStatus(`${text}Uid:\t0\t0\t0\t0\nCapEff:\tffff\n`)).toStrictEqual(parseStatus(text));
});

it.each(['', ' ', '1 2\n', '1\n2\n', '1.5\n', '1e3\n', '0x10\n', 'x\n', '9007199254740993\n', '12'])(
  '%j is no number of a sysctl',
  (text) => {
    expect(() => parseNumber(text, 'sys/net/ipv4/x')).toThrow(/^sys\/net\/ipv4\/x: /);
  },
);

it('a sysctl may be below zero', () => {
  expect(parseNumber('-1\n', 'sys/kernel/x')).toBe(-1);
});
