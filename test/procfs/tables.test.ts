/** The tables that are read as they come: chunks, lines that are none, sizes. */
import { describe, expect, it } from 'vitest';
import { ProcfsError } from '../../src/procfs/procfs-error.ts';
import { bytesOf, flowsOf, socketsOf } from './fixtures.ts';

const NAMES =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const socketLine = (fields: Partial<Record<string, string>> = {}) => {
  const all = {
    slot: '  371:',
    local: '0100007F:A373',
    remote: '0A00600A:0035',
    queues: '00000000:00000010',
    uid: '65532',
    inode: '48291',
    rest: '2 0000000000000000 7',
    ...fields,
  };
  return `${all.slot} ${all.local} ${all.remote} 01 ${all.queues} 00:00000000 00000000 ${all.uid}        0 ${all.inode} ${all.rest}\n`;
};
const sockets = (...lines: string[]) => socketsOf([Buffer.from(lines.join(''), 'latin1')]);
const flows = (text: string) => flowsOf([Buffer.from(text, 'latin1')]);

const socket = {
  localPort: 0xa373,
  remotePort: 53,
  uid: 65_532,
  inode: 48_291,
  drops: 7,
  receiveQueue: 16,
};

describe('net/udp', () => {
  it('goes by blanks, not by places', () => {
    expect(sockets(NAMES, socketLine())).toStrictEqual([socket]);
    const spread = socketLine().replaceAll(' ', '    ');
    expect(sockets(NAMES, spread)).toStrictEqual([socket]);
    expect(sockets(NAMES, socketLine().trimStart())).toStrictEqual([socket]);
  });

  it('tells a column of drops that is not there from 0, and passes over columns of the future', () => {
    expect(sockets(NAMES, socketLine({ rest: '2 ffff8f3c1a2b3c00' }))).toStrictEqual([
      { ...socket, drops: undefined },
    ]);
    expect(sockets(NAMES, socketLine({ rest: '2 ffff8f3c1a2b3c00 0' }))).toStrictEqual([
      { ...socket, drops: 0 },
    ]);
    expect(sockets(NAMES, socketLine({ rest: '2 ffff8f3c1a2b3c00 7 x:1 9' }))).toStrictEqual([socket]);
  });

  it('reads drops that an old kernel prints with a sign', () => {
    expect(sockets(NAMES, socketLine({ rest: '2 00000000 -1' }))[0]?.drops).toBe(2 ** 32 - 1);
    expect(sockets(NAMES, socketLine({ rest: '2 00000000 -2147483648' }))[0]?.drops).toBe(2 ** 31);
  });

  it.each([
    ['a port of three digits', socketLine({ local: '0100007F:A37' })],
    ['a port of five digits', socketLine({ local: '0100007F:0A373' })],
    ['an address of seven digits', socketLine({ local: '100007F:A373' })],
    ['an address of both families', socketLine({ remote: '0000000000000000:0035' })],
    ['no colon before a port', socketLine({ remote: `${'0'.repeat(32)}x0035` })],
    ['no colon between the queues', socketLine({ queues: '00000000x00000010' })],
    ['a port that is no number', socketLine({ remote: '0A00600A:00g5' })],
    ['a queue without another', socketLine({ queues: '00000000' })],
    ['a queue of nine digits', socketLine({ queues: '00000000:000000100' })],
    ['a user below zero', socketLine({ uid: '-1' })],
    ['an inode in hex', socketLine({ inode: '0xff' })],
    ['an inode that no double holds', socketLine({ inode: '12345678901234567' })],
    ['a user of NULs', socketLine({ uid: '\0\0\0\0\0' })],
    ['drops that are no number', socketLine({ rest: '2 0 7x' })],
    ['drops below what an int holds', socketLine({ rest: '2 0 -2147483649' })],
    ['a slot that is no number', socketLine({ slot: 'x:' })],
    ['a slot without a colon', socketLine({ slot: '371' })],
    ['no field after the queues', `${socketLine().slice(0, 60)}\n`],
    ['an empty line', '\n'],
    ['a line of blanks', '      \n'],
    ['names again', NAMES],
    ['a line of NULs', `${'\0'.repeat(100)}\n`],
    ['a carriage return', socketLine().replace('\n', '\r\n')],
  ])('is none with %s', (_, line) => {
    expect(() => sockets(NAMES, line)).toThrow(ProcfsError);
    expect(() => sockets(NAMES, line)).toThrow(/^net\/udp: /);
  });

  it('is none without its line of names: nothing read is not nothing there', () => {
    expect(() => socketsOf([])).toThrow(ProcfsError);
    expect(() => sockets('  sl  local_add')).toThrow(ProcfsError);
    expect(() => sockets(socketLine())).toThrow(ProcfsError);
    expect(() => sockets('Netid State\n')).toThrow(ProcfsError);
  });

  it('does not visit a last line that was torn, wherever', () => {
    const whole = socketLine();
    for (let end = 0; end < whole.length; end++) {
      expect(sockets(NAMES, whole, whole.slice(0, end))).toStrictEqual([socket]);
    }
  });

  it('never ends a line: no more memory than a line, and an error', () => {
    const chunk = Buffer.alloc(1 << 16, '7');
    expect(() => socketsOf([Buffer.from(NAMES), chunk])).toThrow('net/udp: a line of more than 512 bytes');
    expect(() => socketsOf(Array.from({ length: 600 }, () => Buffer.from('7')))).toThrow(ProcfsError);
    expect(() => sockets(NAMES, socketLine({ rest: `2 0 7${' '.repeat(600)}` }))).toThrow(ProcfsError);
  });

  it('says in one short line what was found', () => {
    expect(() => sockets(NAMES, `${'<\x1b[31m>\x07'.repeat(40)}\n`)).toThrow(/^[\x20-\x7e]{1,320}$/);
  });

  it('parses 28,000 sockets without an object for each', () => {
    const table = NAMES + socketLine().repeat(28_000);
    const chunks = [Buffer.from(table)];
    const all = socketsOf(chunks);
    expect(all).toHaveLength(28_000);
    expect(all.at(-1)).toStrictEqual(socket);
  });
});

describe('net/nf_conntrack', () => {
  const udp = (rest: string) => `ipv4     2 udp      17 29 ${rest}\n`;
  const tuple = (port: number) =>
    `src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=${port} src=10.0.0.2 dst=10.0.0.1 sport=${port} dport=4000`;

  it('counts a flow by where its first packet went', () => {
    expect(flows(udp(`${tuple(53)} mark=0 use=2`))).toStrictEqual({
      flows: 1,
      dnsReplied: 1,
      dnsUnreplied: 0,
    });
    expect(flows(udp(tuple(54)))).toStrictEqual({ flows: 1, dnsReplied: 0, dnsUnreplied: 0 });
    expect(flows(udp(tuple(5353)))).toStrictEqual({ flows: 1, dnsReplied: 0, dnsUnreplied: 0 });
    const back = 'src=10.0.0.1 dst=10.0.0.2 sport=53 dport=4000 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1';
    expect(flows(udp(`${back} sport=4000 dport=53 use=2`)).dnsUnreplied).toBe(0);
  });

  it('is not fooled by a security context', () => {
    const context = udp(`${tuple(53)} mark=0 secctx=a:[UNREPLIED]:dport=54 use=2`);
    expect(flows(context)).toStrictEqual({ flows: 1, dnsReplied: 1, dnsUnreplied: 0 });
    const long = udp(`${tuple(53)} mark=0 secctx=${'c'.repeat(4096)} use=2`);
    expect(flows(long).dnsReplied).toBe(1);
  });

  it('may be empty', () => {
    expect(flowsOf([])).toStrictEqual({ flows: 0, dnsReplied: 0, dnsUnreplied: 0 });
  });

  it('does not count a last line that was torn', () => {
    const whole = udp(`${tuple(53)} mark=0 use=2`);
    for (let end = 0; end < whole.length; end++) {
      expect(flows(whole + whole.slice(0, end)).flows).toBe(1);
    }
  });

  it.each([
    ['an empty line', '\n'],
    ['an old format', 'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 use=1\n'],
    ['UDP without a port', udp('src=10.0.0.1 dst=10.0.0.2 sport=1 use=1')],
    ['a port that is no number', udp('src=10.0.0.1 dst=10.0.0.2 sport=1 dport=5\0 use=1')],
    ['a port that is none', udp('src=10.0.0.1 dst=10.0.0.2 sport=1 dport= use=1')],
    ['a protocol that is no number', 'ipv4 2 udp 1x 29 src=1.1.1.1\n'],
    ['NULs', `${'\0'.repeat(200)}\n`],
  ])('is none with %s', (_, text) => {
    expect(() => flows(text)).toThrow(ProcfsError);
  });

  it('never ends a line: no more memory than a line, and an error', () => {
    expect(() => flowsOf([Buffer.alloc(1 << 20, 'ipv4 ')])).toThrow(
      'net/nf_conntrack: a line of more than 8192 bytes',
    );
  });

  it('counts what was there when it is asked, not what comes later', () => {
    const bytes = bytesOf('6.18', 'net/nf_conntrack');
    const first = flowsOf([bytes]);
    expect(flowsOf([bytes, bytes]).flows).toBe(2 * first.flows);
    expect(first.flows).toBe(17);
  });
});
