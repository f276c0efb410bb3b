import type { Logger } from 'pino';
import type { Journal } from '../../journal/journal.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { KERNEL_WATCHERS } from '../../journal/looks.ts';
import { createFlowTables } from './flow-tables.ts';
import { createNodeEye } from './node.ts';
import { createOwnNamespace } from './own-namespace.ts';
import { createPortCount } from './port-count.ts';
import { repeat } from './repeat.ts';
import type { KernelSettings } from './settings.ts';
import { createTableBudget } from './table-budget.ts';
import { createUdpTables } from './udp-tables.ts';
import { type KernelWorld, REAL_KERNEL_WORLD } from './world.ts';

export type { KernelSettings } from './settings.ts';

/** The watcher of UDP, source ports and connection tracking. */
export interface KernelWatcher {
  /** Looks there from now on; settings that have not changed let it go on. What is read at once is known when it returns. */
  use(settings: KernelSettings): Promise<void>;
  /** Ends at once: what is being read is broken off, and counts for nothing. */
  stop(): Promise<void>;
}

const SAMPLE_EVERY_MS = 2_000;
const SETTINGS_EVERY_MS = 10_000;

/** Looks at the kernel, and keeps in the journal what it shows. */
export function watchKernel(
  journal: Journal,
  log: Logger,
  world: KernelWorld = REAL_KERNEL_WORLD,
): KernelWatcher {
  let running = { settings: '', stop: async () => {} };
  /** One change at a time: what one has just begun another would not know, and never end. */
  let changed = Promise.resolve();

  async function change(settings: KernelSettings): Promise<void> {
    const wanted = JSON.stringify(settings);
    if (wanted === running.settings) return;
    await running.stop();
    forget(journal.kernel);
    journal.kernel.intervalMs = SAMPLE_EVERY_MS;
    running = { settings: wanted, stop: start(settings, journal, log, world) };
  }

  return {
    use(settings) {
      const turn = changed.then(() => change(settings));
      changed = turn.catch(() => {});
      return turn;
    },
    async stop() {
      await changed;
      await running.stop();
      running = { settings: '', stop: async () => {} };
    },
  };
}

/** What was seen elsewhere says nothing of what is looked at now; a counter never goes back. */
function forget(kernel: KernelRecord): void {
  const { receiveDrops } = kernel.udp;
  for (const key of ['ports', 'table', 'dns'] as const) delete kernel.udp[key];
  kernel.udp.samples = [];
  kernel.udp.receiveDrops = receiveDrops;
  kernel.conntrack.clear();
  for (const watcher of KERNEL_WATCHERS) kernel.looks.delete(watcher);
  for (const key of ['lastSample', 'isNode', 'softnet', 'tcpSynRetransmits'] as const) delete kernel[key];
}

function start(
  settings: KernelSettings,
  journal: Journal,
  log: Logger,
  world: KernelWorld,
): () => Promise<void> {
  const { proc } = settings;
  const ports = createPortCount();
  const own = createOwnNamespace(proc, journal, ports, world);
  const node = createNodeEye(settings, journal.kernel, world);
  const readSettings = () => {
    own.readSettings();
    return SETTINGS_EVERY_MS;
  };
  const sample = () => {
    own.sample();
    node.sample();
    return SAMPLE_EVERY_MS;
  };
  const budget = createTableBudget(world);
  const onTable = () => void own.sampleUdp('table');
  const flows = () => [{ scope: own.scope(), base: proc }, ...node.flowTables()];
  const loops = [
    // The settings first: they say whose the samples are.
    repeat('looking at settings of the kernel', readSettings, { world, log }),
    repeat('looking at the kernel', sample, { world, log }),
    repeat(
      'reading the tables of sockets',
      createUdpTables({ proc, journal, world, ports, budget, onTable }),
      { world, log },
    ),
    repeat('reading the tables of flows', createFlowTables(flows, journal, world, budget), { world, log }),
    ...(settings.node.metricsUrl === undefined
      ? []
      : [repeat('asking the node_exporter', node.scrape, { world, log })]),
  ];
  return async () => {
    await Promise.all(loops.map((stop) => stop()));
  };
}
