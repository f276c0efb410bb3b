/** What the tables of sockets tell: ports taken, who holds them, what is dropped, which sockets are new. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createKernelLab,
  type KernelLab,
  POD,
  type Socket,
  snmp,
  sockstat,
  sockstat6,
  udpTable,
} from './kernel-lab.ts';

let lab: KernelLab;
beforeEach(() => {
  lab = createKernelLab(POD);
});
afterEach(() => lab.close());

const udp = () => lab.journal.kernel.udp;
const last = () => udp().samples.at(-1);
/** When something has moved the table is read again within so long, once. */
const NEXT_MS = 7_000;

function hold(four: readonly Socket[], six: readonly Socket[] = []): void {
  lab.write({
    'net/sockstat': sockstat(four.length),
    'net/sockstat6': sockstat6(six.length),
    'net/udp': udpTable(four),
    'net/udp6': udpTable(six, true),
  });
}

const socket = (local: number, more: Partial<Socket> = {}): Socket => ({ local, ...more });

describe('ports taken', () => {
  it('are the distinct ones that may be given', async () => {
    hold(
      [socket(40_000), socket(40_000, { inode: 7 }), socket(40_003), socket(53)],
      [socket(40_000), socket(40_009)],
    );
    await lab.use();
    expect(udp().table).toMatchObject({ sockets: 6, portsUsed: 2 });
    expect(last()).toMatchObject({ portsUsed: 2, portsFrom: 'table', inuse: 6 });
  });

  const sockets = fc.array(
    fc.record({
      local: fc.integer({ min: 39_995, max: 40_060 }),
      six: fc.boolean(),
      remote: fc.constantFrom(0, 53, 8125),
    }),
    { maxLength: 120 },
  );
  const spans = fc.array(fc.tuple(fc.integer({ min: 39_990, max: 40_060 }), fc.integer({ min: 0, max: 5 })), {
    maxLength: 4,
  });
  const range = fc.tuple(fc.integer({ min: 39_990, max: 40_030 }), fc.integer({ min: 0, max: 40 }));

  it('are what anyone would count', async () => {
    await fc.assert(
      fc.asyncProperty(sockets, spans, range, async (held, reserved, [low, width]) => {
        const high = low + width;
        const property = createKernelLab({
          ...POD,
          'sys/net/ipv4/ip_local_port_range': `${low}\t${high}\n`,
          'sys/net/ipv4/ip_local_reserved_ports': `${reserved.map(([from, length]) => `${from}-${from + length}`).join(',')}\n`,
          'net/udp': udpTable(held.filter(({ six }) => !six)),
          'net/udp6': udpTable(
            held.filter(({ six }) => six),
            true,
          ),
        });
        const isReserved = (port: number) =>
          reserved.some(([from, length]) => port >= from && port <= from + length);
        const usable = Array.from({ length: width + 1 }, (_, nth) => low + nth).filter(
          (port) => !isReserved(port),
        );
        const taken = new Set(held.map(({ local }) => local).filter((port) => usable.includes(port)));
        try {
          await property.use();
          const { kernel } = property.journal;
          expect(kernel.udp.table).toMatchObject({
            sockets: held.length,
            portsUsed: taken.size,
            dns: held.filter(({ remote }) => remote === 53).length,
          });
          expect(kernel.udp.ports?.usable).toBe(usable.length);
        } finally {
          await property.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are carried on by the number of sockets until the next table, and never beyond what there is', async () => {
    hold([socket(40_000), socket(53)]);
    await lab.use();
    const at = async (inuse: number) => {
      lab.write({ 'net/sockstat': sockstat(inuse) });
      await lab.world.advance(2_000);
      return last();
    };
    expect(await at(4)).toMatchObject({ portsUsed: 3, portsFrom: 'estimate' });
    expect(await at(200)).toMatchObject({ portsUsed: 8, portsFrom: 'estimate' });
    hold([socket(40_000), socket(40_001), socket(40_002)]);
    await lab.world.advance(2_000);
    expect(udp().samples.findLast(({ portsFrom }) => portsFrom === 'table')).toMatchObject({ portsUsed: 3 });
    expect(await at(0)).toMatchObject({ portsUsed: 0, portsFrom: 'estimate' });
  });

  it('are counted again when the range changes', async () => {
    hold([socket(40_000), socket(50_000), socket(50_001)]);
    await lab.use();
    expect(last()).toMatchObject({ portsUsed: 1 });
    lab.write({ 'sys/net/ipv4/ip_local_port_range': '50000 50999\n' });
    await lab.world.advance(12_000);
    expect(udp().ports).toEqual({ low: 50_000, high: 50_999, reserved: 0, usable: 1_000 });
    expect(last()).toMatchObject({ portsUsed: 2 });
    expect(udp().table).toMatchObject({ portsUsed: 2 });
  });

  it('are not known where the range is not', async () => {
    lab.write({ 'sys/net/ipv4/ip_local_port_range': undefined });
    hold([socket(40_000)]);
    await lab.use();
    expect(last()).toEqual(expect.not.objectContaining({ portsUsed: expect.anything() }));
    expect(udp().table).toMatchObject({ sockets: 1 });
    expect(udp().table).not.toHaveProperty('portsUsed');
    expect(lab.journal.kernel.looks.get('ports')).toMatchObject({ state: 'absent' });
  });
});

describe('a table', () => {
  it('is read seldom while nothing moves, and soon when something does', async () => {
    await lab.use();
    await lab.world.advance(19_000);
    const first = udp().table?.at;
    await lab.world.advance(7_000);
    const second = udp().table?.at ?? 0;
    expect(second).toBeGreaterThan(first ?? 0);
    hold([socket(40_000)]);
    await lab.world.advance(7_000);
    expect(udp().table).toMatchObject({ sockets: 1 });
    lab.write({ 'net/snmp': snmp(100, 9), 'net/udp': udpTable([socket(40_000, { drops: 9 })]) });
    await lab.world.advance(7_000);
    expect(udp().receiveDrops).toBe(9);
  });

  it('that takes long is read the more seldom', async () => {
    hold(Array.from({ length: 400 }, (_, nth) => socket(41_000 + nth)));
    lab.world.slowness = 50;
    await lab.use();
    lab.world.slowness = 0;
    const { at = 0, tookMs = 0 } = udp().table ?? {};
    expect(tookMs).toBeGreaterThan(150);
    hold([]);
    await lab.world.advance(100 * tookMs - 2_000);
    expect(udp().table?.at).toBe(at);
    await lab.world.advance(300_000);
    expect(udp().table?.at).toBeGreaterThan(at);
  });

  it('that takes longer than it may counts for nothing', async () => {
    hold([socket(40_000)]);
    await lab.use();
    const before = udp().table;
    hold(Array.from({ length: 400 }, (_, nth) => socket(41_000 + nth)));
    lab.world.slowness = 1_000;
    await lab.world.advance(6_000);
    lab.world.slowness = 0;
    expect(lab.journal.kernel.looks.get('udp')).toMatchObject({ state: 'failed', reason: 'too-large' });
    expect(udp().table).toBe(before);
    await lab.world.advance(310_000);
    expect(lab.journal.kernel.looks.get('udp')).toEqual({ watcher: 'udp', state: 'ok' });
  });

  it.each([
    ['cut within a line', udpTable([socket(40_000), socket(40_001)]).slice(0, -9), 'malformed'],
    ['empty', '', 'malformed'],
    ['gone', undefined, 'absent'],
    ['of something else', 'hello\n', 'malformed'],
  ])(
    'that is %s counts for nothing, nor does the last one, nor what was carried on from it',
    async (_what, text, reason) => {
      hold([socket(40_000), socket(40_001)]);
      await lab.use();
      hold([socket(40_000), socket(40_001), socket(40_002)]);
      await lab.world.advance(NEXT_MS);
      expect(udp()).toMatchObject({ table: { sockets: 3 }, dns: { fresh: 0 } });
      lab.write({ 'net/udp': text, 'net/sockstat': sockstat(2) });
      await lab.world.advance(8_000);
      expect(udp()).not.toHaveProperty('table');
      expect(udp()).not.toHaveProperty('dns');
      expect(lab.journal.kernel.looks.get('udp')).toMatchObject({ reason });
      expect(last()?.portsUsed).toBeUndefined();
    },
  );

  it('that is being read is broken off', async () => {
    hold(Array.from({ length: 20_000 }, (_, nth) => socket(1_000 + nth)));
    await lab.begin();
    await lab.stop();
    expect(udp().table).toBeUndefined();
    expect(lab.world.pending()).toBe(0);
  });
});

describe('holders', () => {
  it('are pairs of user and remote port, the greatest first, at most five', async () => {
    const held = [1, 2, 3, 4, 5, 6].flatMap((uid) =>
      Array.from({ length: uid }, (_, nth) => socket(40_000, { uid, remote: 53, inode: uid * 100 + nth })),
    );
    hold([...held, socket(53, { uid: 99 }), socket(53, { uid: 99, inode: 54 })]);
    await lab.use();
    expect(udp().table?.holders).toEqual(
      [6, 5, 4, 3, 2].map((uid) => ({ uid, remotePort: 53, sockets: uid })),
    );
  });

  it('have a name where the application has most of their sockets open', async () => {
    hold([
      socket(40_000, { remote: 53, inode: 11 }),
      socket(40_001, { remote: 53, inode: 12 }),
      socket(40_002, { uid: 7, inode: 13, drops: 4 }),
      socket(40_005, { uid: 7, inode: 14 }),
    ]);
    for (const [fd, target] of [
      ['3', 'socket:[11]'],
      ['4', 'socket:[12]'],
      ['5', 'socket:[13]'],
      ['6', 'pipe:[14]'],
    ] as const) {
      lab.link(`42/fd/${fd}`, target);
    }
    lab.write({ '42/stat': `42 (a b) S 1 42 42 0 -1 4194560 ${'0 '.repeat(12)}777 0\n` });
    lab.journal.processes.app = { pid: 42, startTicks: 777, comm: 'a\tb', uid: 65_532, gid: 1 };
    await lab.use();
    expect(udp().table?.holders).toEqual([
      { uid: 65_532, remotePort: 53, sockets: 2, process: 'a?b (pid 42)' },
      { uid: 7, remotePort: 0, sockets: 2 },
    ]);
    expect(udp().table?.dropping).toMatchObject([{ localPort: 40_002, process: 'a?b (pid 42)' }]);
  });

  it('have none where the number is another process’s by now', async () => {
    hold([socket(40_000, { inode: 11 })]);
    lab.link('42/fd/3', 'socket:[11]');
    lab.write({ '42/stat': `42 (b) S 1 42 42 0 -1 4194560 ${'0 '.repeat(12)}778 0\n` });
    lab.journal.processes.app = { pid: 42, startTicks: 777, comm: 'a', uid: 65_532, gid: 1 };
    await lab.use();
    expect(udp().table?.holders).toEqual([{ uid: 65_532, remotePort: 0, sockets: 1 }]);
  });
});

describe('drops', () => {
  let counted = 0;
  const drop = async (sockets: readonly Socket[]) => {
    hold(sockets);
    lab.write({ 'net/snmp': snmp(100, ++counted) });
    await lab.world.advance(NEXT_MS);
    return udp();
  };

  it('are those since this process looks, socket by socket', async () => {
    hold([socket(40_000, { drops: 100 }), socket(40_001)]);
    await lab.use();
    expect(udp().receiveDrops).toBe(0);
    expect(udp().table?.dropping).toMatchObject([{ localPort: 40_000, drops: 100, grown: 0 }]);
    const { receiveDrops, table } = await drop([
      socket(40_000, { drops: 103 }),
      socket(40_001, { drops: 7 }),
      socket(40_002, { drops: 5 }),
    ]);
    expect(receiveDrops).toBe(15);
    expect(table?.dropping.map(({ localPort, grown }) => [localPort, grown])).toEqual([
      [40_001, 7],
      [40_002, 5],
      [40_000, 3],
    ]);
    expect((await drop([socket(40_001, { drops: 7 })])).receiveDrops).toBe(15);
    // Another socket has its inode, or the counter began anew.
    expect((await drop([socket(40_001, { drops: 2 })])).receiveDrops).toBe(17);
  });

  it('of a table that was broken off are counted with the next', async () => {
    hold([socket(40_000, { drops: 1 })]);
    await lab.use();
    hold([socket(40_000, { drops: 4 }), socket(40_001)]);
    lab.write({ 'net/udp': udpTable([socket(40_000, { drops: 4 })]).slice(0, -3) });
    await lab.world.advance(NEXT_MS);
    expect(udp().receiveDrops).toBe(0);
    expect((await drop([socket(40_000, { drops: 6 })])).receiveDrops).toBe(5);
  });

  it('are not known of a kernel that does not count them', async () => {
    hold([socket(40_000)]);
    lab.write({ 'net/udp': udpTable([socket(40_000)]).replace(/ \d+ +\n$/, '\n') });
    await lab.use();
    expect(udp().table?.dropping).toEqual([]);
  });
});

describe('DNS sockets', () => {
  const dns = (local: number, inode: number) => socket(local, { inode, remote: 53 });

  it('are new where their inode is, and reused where the port was one lately', async () => {
    hold([dns(40_000, 1), dns(40_001, 2), socket(40_002, { inode: 3 })]);
    await lab.use();
    expect(udp().dns).toBeUndefined();
    hold([dns(40_000, 4), dns(40_001, 2), dns(40_002, 5), dns(40_005, 6)]);
    await lab.world.advance(6_000);
    expect(udp().dns).toMatchObject({ fresh: 3, reused: 1 });
    expect(udp().dns?.overMs).toBeGreaterThan(4_000);
  });

  it('do not have a port again that was let go of long ago', async () => {
    hold([dns(40_000, 1)]);
    await lab.use();
    hold([]);
    await lab.world.advance(60_000);
    hold([dns(40_000, 2)]);
    await lab.world.advance(6_000);
    expect(udp().dns).toMatchObject({ fresh: 1, reused: 0 });
  });
});
