import type { Journal } from '../../journal/journal.ts';
import type { KernelRecord, UdpSample } from '../../journal/kernel-record.ts';
import type { UsablePorts } from '../../procfs/source-ports.ts';
import type { Clock } from '../clock.ts';
import { readDnsFlows } from './conntrack-table.ts';
import { createNodeScope, type NodeSource } from './node-scope.ts';
import { type ConntrackLimits, readLimits, sampleOwnConntrack } from './own-conntrack.ts';
import { createPacedJob } from './paced-job.ts';
import { keepSample, readSample } from './sample.ts';
import { readPorts, readSlowFiles } from './slow-files.ts';
import { createUdpTables } from './udp-tables.ts';

/** Where to look. */
export interface KernelSettings {
  /** Where proc(5) is mounted. */
  proc: string;
  node: NodeSource;
}

/** What is done at each tick. */
interface KernelLook {
  tick(): void;
  /** What goes on beside the ticks has ended. */
  settled(): Promise<void>;
}

/** Ticks from one look at what seldom changes to the next. */
const SLOW_TICKS = 5;
const UDP_TABLE_PAUSE_MS = 5_000;
const CONNTRACK_TABLE_PAUSE_MS = 30_000;
const EXPORTER_PAUSE_MS = 15_000;

/** Nothing looked at yet. */
export function createKernelLook(
  { proc, node }: KernelSettings,
  journal: Journal,
  world: Clock,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): KernelLook {
  const record = journal.kernel;
  const tables = createUdpTables(proc, journal, world, signal);
  const nodeScope = createNodeScope(proc, node, record, world, signal);
  let ports: UsablePorts | undefined;
  let limits: ConntrackLimits = {};
  /** Ports taken as the last table had them, and the sockets there were then. */
  let counted: { portsUsed: number; inuse: number } | undefined;
  let ticks = 0;

  const udpJob = createPacedJob(world, UDP_TABLE_PAUSE_MS, countPorts, onFault);
  const conntrackJob = createPacedJob(
    world,
    CONNTRACK_TABLE_PAUSE_MS,
    () => readDnsFlows(proc, record.isNode === true ? undefined : node.proc, record, world, signal),
    onFault,
  );
  const exporterJob = createPacedJob(world, EXPORTER_PAUSE_MS, nodeScope.askExporter, onFault);
  const jobs = [udpJob, conntrackJob, exporterJob];

  async function countPorts(): Promise<void> {
    const done = await tables.read(() => ports);
    if (signal.aborted) return;
    const portsUsed = done ? record.udp.table?.portsUsed : undefined;
    // The sockets as they are right now: from here on their number carries the count.
    const sample = readSample(proc, record, world.clock());
    counted = portsUsed === undefined || !sample ? undefined : { portsUsed, inuse: sample.inuse };
    if (counted && sample)
      keepSample(record, { ...sample, portsUsed: counted.portsUsed, portsFrom: 'table' });
  }

  function lookSlowly(): void {
    readSlowFiles(proc, record);
    const before = ports;
    ports = readPorts(proc, record);
    if (!sameNumbers(before, ports)) {
      // What was counted was counted within another range.
      counted = undefined;
      udpJob.hurry();
    }
    noteOtherNamespace(journal);
    limits = readLimits(proc);
  }

  return {
    tick() {
      const at = world.clock();
      if (ticks++ % SLOW_TICKS === 0) lookSlowly();
      const sample = readSample(proc, record, at);
      if (sample) keepSample(record, { ...sample, ...estimate(sample.inuse, counted, ports) });
      sampleOwnConntrack(proc, record, limits, at);
      if (record.isNode === true) noteOwnNode(record, node);
      else {
        nodeScope.sampleProc(at);
        exporterJob.tick();
      }
      udpJob.tick();
      conntrackJob.tick();
      record.lastSample = at;
    },
    async settled() {
      await Promise.all(jobs.map((job) => job.settled()));
    },
  };
}

/** The ports that are taken, as far as the number of sockets tells: each has one at most. */
function estimate(
  inuse: number,
  counted: { portsUsed: number; inuse: number } | undefined,
  ports: UsablePorts | undefined,
): Pick<UdpSample, 'portsUsed' | 'portsFrom'> {
  if (!counted || !ports) return {};
  const carried = counted.portsUsed + inuse - counted.inuse;
  return { portsUsed: Math.max(0, Math.min(carried, inuse, ports.usable)), portsFrom: 'estimate' };
}

function sameNumbers(one: UsablePorts | undefined, other: UsablePorts | undefined): boolean {
  return one?.low === other?.low && one?.high === other?.high && one?.usable === other?.usable;
}

/** With hostNetwork what is seen here is the node's already. */
function noteOwnNode({ looks }: KernelRecord, { proc, metricsUrl }: NodeSource): void {
  if (proc !== undefined || metricsUrl !== undefined) looks.set('node', { watcher: 'node', state: 'ok' });
}

/** An application with a network of its own has ports of its own, and their range cannot be read from here. */
function noteOtherNamespace({ kernel, processes: { app } }: Journal): void {
  if (app?.sameNetwork !== false) return;
  kernel.looks.set('ports', {
    watcher: 'ports',
    state: 'absent',
    reason: 'other-namespace',
    why: `${app.comm} (pid ${app.pid}) is in another network namespace: sockets and source ports that are shown are not its own`,
    cure: 'Run the sidecar as a container of the application’s pod: its containers share one network namespace.',
  });
}
