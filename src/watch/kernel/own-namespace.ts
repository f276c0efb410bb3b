import type { ConntrackSettings, Scope } from '../../journal/conntrack-record.ts';
import type { Journal } from '../../journal/journal.ts';
import type { KernelRecord, UdpSample } from '../../journal/kernel-record.ts';
import { parseNetstat } from '../../procfs/netstat.ts';
import { parseSoftnet } from '../../procfs/softnet.ts';
import { parsePortList, parsePortRange, type UsablePorts, usablePorts } from '../../procfs/source-ports.ts';
import type { Clock } from '../clock.ts';
import { readProc } from '../proc/read-proc.ts';
import { keep, readBuckets, readLimit, readOwn, readTimeouts, recordOf, STAT } from './conntrack-files.ts';
import { type PortCount, sourcePortsOf } from './port-count.ts';
import { lookOf, type Seen, see, type Trouble } from './see.ts';
import { readInuse, readUdpCounters } from './udp-counters.ts';

/** Our own network namespace. All of it is read at once; the tables of sockets and flows are not of it. */
export interface OwnNamespace {
  /** What changes every moment. */
  sample(): void;
  /** UDP alone. @param from whether the table has been read just now */
  sampleUdp(from: 'table' | 'estimate'): boolean;
  /** What is the same for minutes, or is not needed more often. */
  readSettings(): void;
  scope(): Scope;
}

export function createOwnNamespace(
  proc: string,
  { kernel, processes }: Journal,
  ports: PortCount,
  world: Clock,
): OwnNamespace {
  let limit: number | undefined;
  let settings: ConntrackSettings = {};
  const readUsable = createPortReader(proc);
  const scope = () => (kernel.isNode === true ? 'node' : 'pod');
  const tell = (watcher: Parameters<typeof lookOf>[0], seen: Seen<unknown> | { state: 'ok' }) =>
    kernel.looks.set(watcher, lookOf(watcher, seen));

  function sampleUdp(from: 'table' | 'estimate'): boolean {
    const inuse = readInuse(proc);
    const counters = readUdpCounters(proc);
    tell('sockstat', inuse);
    tell('snmp', counters);
    if (inuse.state === 'ok') {
      const counted = counters.state === 'ok' ? counters.value : { errors: {} };
      keepSample(kernel.udp.samples, {
        at: world.clock(),
        inuse: inuse.value,
        ...ports.now(inuse.value, from),
        ...counted,
      });
    }
    return inuse.state === 'ok' || counters.state === 'ok';
  }

  function sampleConntrack(): boolean {
    const { sample, look } = readOwn(proc);
    tell('conntrack', look);
    if (kernel.isNode === true) tell('node', look);
    if (!sample) return false;
    const record = recordOf(kernel, scope(), `${proc}/${STAT}`);
    keep(record.samples, { at: world.clock(), ...sample, ...(limit !== undefined && { limit }) });
    record.settings = settings;
    return true;
  }

  function readPorts(): void {
    const usable = readUsable();
    ports.use(usable.state === 'ok' ? usable.value : undefined);
    if (usable.state === 'ok') kernel.udp.ports = sourcePortsOf(usable.value);
    else delete kernel.udp.ports;
    const portsUsed = ports.ofTable();
    if (kernel.udp.table && portsUsed !== undefined) kernel.udp.table.portsUsed = portsUsed;
    const isOther = usable.state === 'ok' && processes.app?.sameNetwork === false;
    tell('ports', isOther ? otherNamespace(kernel.isNode === true) : usable);
  }

  return {
    sample() {
      const hasUdp = sampleUdp('estimate');
      const hasConntrack = sampleConntrack();
      if (hasUdp || hasConntrack) kernel.lastSample = world.clock();
    },
    sampleUdp,
    readSettings() {
      set(kernel, 'isNode', isNode(proc));
      readPorts();
      limit = readLimit(proc);
      settings = { ...readBuckets(proc), ...readTimeouts(proc) };
      const netstat = see(proc, 'net/netstat', parseNetstat);
      tell('netstat', netstat);
      set(kernel, 'tcpSynRetransmits', netstat.state === 'ok' ? netstat.value.tcpSynRetransmits : undefined);
      const softnet = see(proc, 'net/softnet_stat', parseSoftnet);
      tell('softnet', softnet);
      set(kernel, 'softnet', softnet.state === 'ok' ? softnet.value : undefined);
    },
    scope,
  };
}

/** What was not seen is absent. */
function set<K extends 'isNode' | 'softnet' | 'tcpSynRetransmits'>(
  kernel: KernelRecord,
  key: K,
  value: KernelRecord[K] | undefined,
): void {
  if (value === undefined) delete kernel[key];
  else kernel[key] = value;
}

/** Two samples of one moment are one: the later. */
function keepSample(samples: UdpSample[], sample: UdpSample): void {
  if (samples.at(-1)?.at === sample.at) samples.pop();
  keep(samples, sample);
}

/** Gives the same object as long as nothing has changed. Without a list of reserved ports none is: it came with 2.6.35. */
function createPortReader(proc: string): () => Seen<UsablePorts> {
  let known: { of: string; value: UsablePorts } | undefined;
  return () => {
    const range = see(proc, 'sys/net/ipv4/ip_local_port_range', parsePortRange);
    if (range.state !== 'ok') return range;
    const reserved = see(proc, 'sys/net/ipv4/ip_local_reserved_ports', parsePortList);
    if (reserved.state !== 'ok' && reserved.state !== 'absent') return reserved;
    const list = reserved.state === 'ok' ? reserved.value : [];
    const of = JSON.stringify([range.value, list]);
    if (known?.of !== of) known = { of, value: usablePorts(range.value, list) };
    return { state: 'ok', value: known.value };
  };
}

/** udp_mem is the machine's, and only the first namespace has it (net/ipv4/sysctl_net_ipv4.c, ipv4_table). */
function isNode(proc: string): boolean | undefined {
  const only = readProc(`${proc}/sys/net/ipv4/udp_mem`);
  // Three numbers of pages: a file of something else, as a copy may have, tells nothing.
  if (only.state === 'ok') return /^\d+\s+\d+\s+\d+\n$/.test(only.value) ? true : undefined;
  const each = readProc(`${proc}/sys/net/ipv4/ip_local_port_range`);
  return only.state === 'absent' && each.state === 'ok' ? false : undefined;
}

function otherNamespace(isOurs: boolean): Trouble {
  return {
    state: 'absent',
    reason: 'other-namespace',
    why: `the application is in another network namespace than ${isOurs ? 'the node’s, in which we are' : 'ours'}: ports and sockets seen here are not its own`,
    cure: 'A sidecar in the application’s own pod, both with hostNetwork or both without.',
  };
}
