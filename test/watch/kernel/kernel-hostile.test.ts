/** The kernel's watcher where /proc is not the kernel's: nothing crashes or hangs, and no number is shown that nobody counted. */
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Watcher } from '../../../src/journal/looks.ts';
import { leavesOf, OBSTACLES, obstruct, unreadable } from '../hostile-tree.ts';
import { createKernelLab, type KernelLab, TIMERS, udpTable } from './kernel-lab.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/proc', import.meta.url));
/** The oldest and the newest. */
const KERNELS = ['5.4', '6.18'];

/** What each file tells of; absent: nothing says that it is missing. */
const FILES: Readonly<Record<string, Watcher | undefined>> = {
  'net/sockstat': 'sockstat',
  'net/sockstat6': 'sockstat',
  'net/snmp': 'snmp',
  'net/snmp6': 'snmp',
  // Nothing of it is needed: a sandbox has names alone.
  'net/netstat': undefined,
  'net/softnet_stat': 'softnet',
  'net/udp': 'udp',
  'net/udp6': 'udp',
  'net/stat/nf_conntrack': 'conntrack',
  'net/nf_conntrack': 'conntrack-table',
  'sys/net/ipv4/ip_local_port_range': 'ports',
  'sys/net/ipv4/ip_local_reserved_ports': 'ports',
  'sys/net/netfilter/nf_conntrack_count': undefined,
  'sys/net/netfilter/nf_conntrack_max': undefined,
  'sys/net/netfilter/nf_conntrack_buckets': undefined,
  'sys/net/netfilter/nf_conntrack_udp_timeout': undefined,
  'sys/net/netfilter/nf_conntrack_udp_timeout_stream': undefined,
};

/** What a kernel without IPv6, one without flows or one without reserved ports has. */
const ORDINARY = new Set([
  'net/sockstat6: a link to nothing',
  'net/snmp6: a link to nothing',
  'net/udp6: a link to nothing',
  'net/nf_conntrack: an empty file',
  'sys/net/ipv4/ip_local_reserved_ports: a link to nothing',
  'sys/net/ipv4/ip_local_reserved_ports: an empty file',
  'sys/net/ipv4/ip_local_reserved_ports: a newline',
]);

/** A look at what is slower than this is a hang, ms. */
const HANG_MS = 3_000;

let labs: KernelLab[] = [];
afterEach(async () => {
  await Promise.all(labs.map((lab) => lab.close()));
  labs = [];
});

function labOf(kernel: string): KernelLab {
  const lab = createKernelLab();
  cpSync(join(FIXTURES, kernel), lab.proc, { recursive: true });
  // Both files count the entries, and it is the same count.
  const [, counters = ''] = readFileSync(join(lab.proc, 'net/stat/nf_conntrack'), 'latin1').split('\n');
  const entries = `${Number.parseInt(counters, 16)}\n`;
  lab.write({ 'sys/net/netfilter/nf_conntrack_count': entries });
  labs.push(lab);
  return lab;
}

/**
 * What the journal holds of it, but for what was not seen and the place. Holders are of the usable ports as far as these are
 * known, and else of all.
 */
async function numbersOf(lab: KernelLab): Promise<Map<string, unknown>> {
  await lab.use();
  const leaves = leavesOf(lab.journal.kernel);
  return new Map([...leaves].filter(([path]) => !/^looks\.|\.from$|\.portsFrom$|\.holders\./.test(path)));
}

/** Which of the numbers nobody has counted. */
function madeUp(numbers: ReadonlyMap<string, unknown>, real: ReadonlyMap<string, unknown>): string[] {
  return [...numbers].flatMap(([path, value]) => (real.get(path) === value ? [] : [`${path}: ${value}`]));
}

describe.each(KERNELS)('where a file of Linux %s is', (kernel) => {
  it.each(Object.keys(OBSTACLES))('%s', async (obstacle) => {
    const real = await numbersOf(labOf(kernel));
    for (const [file, watcher] of Object.entries(FILES)) {
      if (ORDINARY.has(`${file}: ${obstacle}`)) continue;
      const lab = labOf(kernel);
      obstruct(lab.proc, file, obstacle);
      const began = performance.now();
      const numbers = await numbersOf(lab);
      expect(performance.now() - began, file).toBeLessThan(HANG_MS);
      expect(madeUp(numbers, real), file).toEqual([]);
      expect(lab.logged, file).toEqual([]);
      if (watcher === undefined) continue;
      const look = lab.journal.kernel.looks.get(watcher);
      expect(look, file).toMatchObject({ watcher, why: expect.stringContaining(lab.proc) });
      expect(look?.state, file).not.toBe('ok');
    }
  });
});

describe('a file of random bytes', () => {
  it('gives no number', async () => {
    const real = await numbersOf(labOf('6.18'));
    const bytes = fc.uint8Array({ minLength: 40, maxLength: 4_000 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(FILES)), bytes, async (file, text) => {
        const lab = labOf('6.18');
        writeFileSync(join(lab.proc, file), text);
        expect(madeUp(await numbersOf(lab), real)).toEqual([]);
        expect(lab.logged).toEqual([]);
        // Bytes of a file get to a terminal by it.
        for (const look of lab.journal.kernel.looks.values())
          if (look.state !== 'ok') expect(look.why).not.toMatch(/\p{C}/u);
      }),
      { numRuns: 150 },
    );
  });
});

it('nothing that may not be read is a number', async () => {
  const lab = labOf('6.18');
  await unreadable(lab.proc, async () => {
    expect([...(await numbersOf(lab)).keys()].sort()).toEqual(['intervalMs', 'udp.receiveDrops']);
  });
  for (const look of lab.journal.kernel.looks.values())
    expect(look, look.watcher).toMatchObject({ state: 'denied', reason: 'mode' });
});

describe('a /proc without', () => {
  it.each(['net', 'sys', 'sys/net', 'net/stat'])('%s', async (directory) => {
    const real = await numbersOf(labOf('6.18'));
    const lab = labOf('6.18');
    rmSync(join(lab.proc, directory), { recursive: true });
    expect(madeUp(await numbersOf(lab), real).filter((line) => !line.startsWith('isNode'))).toEqual([]);
    expect(lab.logged).toEqual([]);
  });
});

describe('a table that changes while it is read', () => {
  /** Many pieces of 16 KiB. */
  const sockets = Array.from({ length: 4_000 }, (_, nth) => ({ local: 20_000 + nth, remote: 53 }));
  const [names = '', ...rows] = udpTable(sockets).split('\n');
  // As the kernel pads it: a piece of 16 KiB ends where a line does.
  const table = [names.padEnd(127), ...rows].join('\n');

  /** Watches a table with which something happens between two of its pieces. */
  async function watch(change: (path: string) => void, when: 'once' | 'always'): Promise<KernelLab> {
    const lab = labOf('6.1');
    lab.write({ 'net/udp': table, 'net/udp6': undefined });
    const path = join(lab.proc, 'net/udp');
    const cpu = lab.world.cpu;
    let looks = 0;
    // The cost of a table is looked at before each piece.
    lab.world.cpu = () => {
      looks++;
      if (when === 'always' || looks === 8) change(path);
      return cpu();
    };
    await lab.use();
    return lab;
  }

  it('is counted where it does not', async () => {
    const { journal } = await watch(() => {}, 'always');
    expect(journal.kernel.udp.table).toMatchObject({ sockets: 4_000 });
  });

  it.each([0, 128, 200, 16_384])('and shrinks to %i bytes counts for nothing', async (size) => {
    const { journal } = await watch((path) => truncateSync(path, size), 'once');
    expect(journal.kernel.udp.table).toBeUndefined();
    expect(journal.kernel.udp.samples.at(-1)?.portsUsed).toBeUndefined();
    expect(journal.kernel.looks.get('udp')).toMatchObject({ state: 'failed' });
  });

  it('and grows without end counts for nothing, and ends', async () => {
    const more = table.slice(table.indexOf('\n') + 1).repeat(2);
    const { journal } = await watch((path) => appendFileSync(path, more), 'always');
    expect(journal.kernel.udp.table).toBeUndefined();
    expect(journal.kernel.looks.get('udp')).toMatchObject({ state: 'failed' });
  });

  it('and goes away counts for what it was, as an open file stays', async () => {
    const { journal } = await watch((path) => rmSync(path, { force: true }), 'once');
    expect(journal.kernel.udp.table).toMatchObject({ sockets: 4_000 });
  });
});

it('a table of 100 MB of sockets takes no memory', async () => {
  const lab = labOf('6.1');
  const sockets = Array.from({ length: 7_000 }, (_, nth) => ({
    local: 1_024 + nth,
    inode: nth + 1,
    remote: 53,
  }));
  const path = join(lab.proc, 'net/udp');
  writeFileSync(path, udpTable(sockets));
  const lines = udpTable(sockets).split('\n').slice(1).join('\n');
  for (let part = 0; part < 110; part++) appendFileSync(path, lines);
  const before = process.memoryUsage.rss();
  await lab.use();
  expect(process.memoryUsage.rss() - before).toBeLessThan(40 << 20);
  expect(lab.journal.kernel.udp.table?.sockets ?? 0).toBeGreaterThan(0);
}, 30_000);

it('descriptors of broken tables are given back', async () => {
  const open = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes('kernel-');
      } catch {
        return false;
      }
    });
  for (const obstacle of Object.keys(OBSTACLES)) {
    const lab = labOf('6.1');
    for (const file of Object.keys(FILES)) obstruct(lab.proc, file, obstacle);
    await lab.use();
    await lab.world.advance(60_000);
    expect(lab.world.pending(), obstacle).toBe(TIMERS);
    expect(lab.logged, obstacle).toEqual([]);
  }
  expect(open()).toEqual([]);
});
