import type { Journal } from '../../journal/journal.ts';
import type { UdpSample } from '../../journal/kernel-record.ts';
import { createUdpTableParser, type UdpSocket } from '../../procfs/udp-table.ts';
import { type AppSockets, createAppSockets } from './app-sockets.ts';
import { createFreshSockets } from './fresh-sockets.ts';
import { PORTS, type PortCount } from './port-count.ts';
import { lookOf, type Seen } from './see.ts';
import { createSocketDrops } from './socket-drops.ts';
import { createMeter, type Streaming, streamFile } from './stream-file.ts';
import type { TableBudget } from './table-budget.ts';
import { createUdpTally } from './udp-tally.ts';
import type { KernelWorld } from './world.ts';

const SHORTEST_PAUSE_MS = 5_000;
/**
 * As long as nothing moves: even an empty table costs the kernel a millisecond, for it looks at each slot of its hash. Shorter
 * than PORT_REUSE_MS, or no port would be seen again.
 */
const CALM_PAUSE_MS = 20_000;
/** Reading whose sockets they are costs as much as the table: only where there are few, or where it matters. */
const FEW_SOCKETS = 2_000;
const HIGH_RATIO = 0.5;

/** What reading the tables of sockets needs. */
export interface UdpTables {
  proc: string;
  journal: Journal;
  world: KernelWorld;
  ports: PortCount;
  budget: TableBudget;
  /** Called when the tables have been read to their end. */
  onTable(): void;
}

/** Reads net/udp and net/udp6, once a call. @returns the pause until the next time, ms: it follows from the cost */
export function createUdpTables(tables: UdpTables): (signal: AbortSignal) => Promise<number> {
  const { proc, journal, world, ports, budget } = tables;
  const { udp, looks } = journal.kernel;
  const buffer = Buffer.allocUnsafeSlow(1 << 14);
  const fresh = createFreshSockets();
  const drops = createSocketDrops();
  const appSockets = createAppSockets(proc, journal.processes, world);
  let [taken, spare] = [new Uint8Array(PORTS), new Uint8Array(PORTS)];

  async function read(app: AppSockets | undefined, streaming: Streaming): Promise<Seen<void>> {
    spare.fill(0);
    const [at, began] = [world.clock(), world.monotonic()];
    const tally = createUdpTally(spare, ports.isUsable, app);
    drops.begin();
    fresh.begin(began);
    const result = await readBoth(proc, streaming, (socket) => {
      tally.visit(socket);
      if (socket.remotePort === 53) fresh.visit(socket.inode, socket.localPort);
      drops.visit(socket, app?.inodes.has(socket.inode) ? app.process : undefined);
    });
    if (result.state !== 'ok') return result;
    [taken, spare] = [spare, taken];
    ports.counted(taken, tally.ports(), tally.sockets());
    const { grown, dropping } = drops.end();
    const dns = fresh.end();
    const portsUsed = ports.ofTable();
    udp.receiveDrops += grown;
    udp.table = {
      at,
      tookMs: world.monotonic() - began,
      sockets: tally.sockets(),
      dns: tally.dns(),
      ...(portsUsed !== undefined && { portsUsed }),
      holders: tally.holders(),
      dropping,
    };
    if (dns) udp.dns = { at, ...dns };
    else delete udp.dns;
    return result;
  }

  /** Of a file that cannot be read any more the last table says nothing; of one that took too long it is the last. */
  function forget(): void {
    ports.forget();
    delete udp.table;
    delete udp.dns;
  }

  function isWorthKnowing(): boolean {
    const { inuse = 0, portsUsed = 0 } = udp.samples.at(-1) ?? {};
    return inuse > 0 && (inuse <= FEW_SOCKETS || portsUsed >= HIGH_RATIO * (udp.ports?.usable ?? PORTS));
  }

  /** What was seen just after the last table that was read to its end. */
  let after: { until: number; sample: UdpSample | undefined } | undefined;

  function isDue(): boolean {
    if (!after || world.monotonic() >= after.until) return true;
    const now = udp.samples.at(-1);
    const then = after.sample;
    return now?.inuse !== then?.inuse || now?.errors.rcvbuf !== then?.errors.rcvbuf;
  }

  return async (signal) => {
    if (!isDue()) return SHORTEST_PAUSE_MS;
    const app = isWorthKnowing() ? await appSockets(signal) : undefined;
    const meter = createMeter(world);
    const result = await read(app, { meter, signal, buffer });
    looks.set('udp', lookOf('udp', result));
    after = undefined;
    if (result.state === 'ok') {
      tables.onTable();
      after = { until: world.monotonic() + CALM_PAUSE_MS, sample: udp.samples.at(-1) };
    } else if (result.reason !== 'too-large') forget();
    budget.pay(meter);
    return budget.pause(SHORTEST_PAUSE_MS);
  };
}

/** Both families, one after the other. Without IPv6 there is no udp6. */
async function readBoth(
  proc: string,
  streaming: Streaming,
  visit: (socket: Readonly<UdpSocket>) => void,
): Promise<Seen<void>> {
  const four = await streamFile(proc, 'net/udp', createUdpTableParser('net/udp', visit), streaming);
  if (four.state !== 'ok') return four;
  const six = await streamFile(proc, 'net/udp6', createUdpTableParser('net/udp6', visit), streaming);
  return six.state === 'absent' ? four : six;
}
