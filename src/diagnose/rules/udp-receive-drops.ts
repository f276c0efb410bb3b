import type { DroppingSocket, KernelRecord, UdpErrors } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import type { JoinedRule, Judgement, Severity } from '../finding.ts';
import { growthText } from '../kernel/conntrack-growth.ts';
import { type FailedMeanwhile, failedMeanwhile } from '../kernel/failed-meanwhile.ts';
import { type Growth, growthOf, together } from '../kernel/growth.ts';
import { ownNamespace } from '../kernel/words.ts';

/** Datagrams came and were thrown away, because a socket's buffer, or all memory of UDP, was full: udp(7). */
export const udpReceiveDrops: JoinedRule = {
  id: 'udp-receive-drops',
  severity: 'critical',
  about: 'everything',
  judge(known, by) {
    const { kernel } = known;
    if (!kernel) return [];
    const [buffers, memory] = [errorGrowth(kernel, 'rcvbuf', by), errorGrowth(kernel, 'mem', by)];
    const growth = together(buffers, memory);
    if (!growth) return [];
    const from = kernel.udp.samples[0]?.at ?? growth.since;
    const failed = failedMeanwhile(known, growth, from, by);
    const ofOthers = memory === undefined && areOthers(kernel, growth, by);
    return [
      {
        subject: ownNamespace(kernel),
        severity: severityOf(failed, ofOthers),
        title: `${grouped(growth.total)} datagrams were dropped: ${memory ? 'UDP had no memory' : 'a socket’s receive buffer was full'}`,
        evidence: [
          ...(buffers
            ? [`for want of room in a socket’s buffer (RcvbufErrors): ${growthText(buffers)}`]
            : []),
          ...(memory
            ? [`for want of memory for all UDP sockets (MemErrors, net.ipv4.udp_mem): ${growthText(memory)}`]
            : []),
          failed.text,
          ...socketsText(kernel, growth),
        ],
        fix: memory ? `${MEMORY_FIX} ${FIX}` : FIX,
        ...{ since: growth.since, last: growth.last, count: growth.total },
      },
    ];
  },
};

function errorGrowth({ udp }: KernelRecord, name: keyof UdpErrors, by: Judgement): Growth | undefined {
  const samples = udp.samples.map(({ at, errors }) => ({ at, counters: errors }));
  return growthOf<keyof UdpErrors>(samples, (grown) => grown(name), by);
}

function severityOf({ byIt, any }: FailedMeanwhile, ofOthers: boolean): Severity {
  if (ofOthers) return any ? 'warning' : 'info';
  return byIt ? 'critical' : 'warning';
}

/** The table is read seldom; so long it may be awaited before drops count as a DNS client's, ms. */
const TABLE_AWAITED_MS = 60_000;

/**
 * Whether sockets that are no DNS client's have dropped all of it, as far as their own counters go: what has come
 * since the table was read is not known yet.
 */
function areOthers({ udp }: KernelRecord, { steps, since }: Growth, { now }: Judgement): boolean {
  const { table, ports } = udp;
  if (!table) return false;
  const { dropping } = table;
  if (dropping.some((socket) => socket.grown > 0 && mayBeDns(socket, ports))) return false;
  const total = steps.reduce((sum, { to, by }) => (to <= table.at ? sum + by : sum), 0);
  if (total === 0) return now - since <= TABLE_AWAITED_MS;
  const others = dropping.filter((socket) => !mayBeDns(socket, ports));
  return others.reduce((sum, { drops }) => sum + drops, 0) >= total;
}

/** Connected to port 53 as Go's and glibc's, or from any port to anywhere as musl's. */
function mayBeDns({ localPort, remotePort }: DroppingSocket, ports: KernelRecord['udp']['ports']): boolean {
  if (remotePort !== 0) return remotePort === 53;
  return ports === undefined || (ports.low <= localPort && localPort <= ports.high);
}

const SHOWN = 3;

function socketsText({ udp }: KernelRecord, { last }: Growth): string[] {
  const { table } = udp;
  if (!table) return [];
  if (table.dropping.length === 0 && table.at < last) return [];
  if (table.dropping.length === 0)
    return [
      `no socket that is open now has dropped anything (${time(table.at)}): the one that did is closed`,
    ];
  return table.dropping.slice(0, SHOWN).map((socket) => `${socketText(socket)}, ${time(table.at)}`);
}

function socketText({ localPort, remotePort, uid, process, drops, grown }: DroppingSocket): string {
  const whose = `uid ${uid}${process === undefined ? '' : `, ${process}`}`;
  const towards = remotePort === 0 ? 'not connected' : `connected to port ${remotePort}`;
  return `the socket at port ${localPort}, ${towards} (${whose}), dropped ${grouped(drops)} since it is there, ${grouped(grown)} of them lately`;
}

const FIX =
  'Who owns the socket must read it faster, or have a greater buffer: SO_RCVBUF (Go: `(*net.UDPConn).SetReadBuffer`) up to net.core.rmem_max, which is the node’s (`sysctl -w net.core.rmem_max=4194304`). A DNS client’s socket fills only while its process gets no CPU: look at its CPU limit and throttling (container_cpu_cfs_throttled_periods_total).';
const MEMORY_FIX =
  'On the node: raise net.ipv4.udp_mem (pages; `grep ^UDP /proc/net/sockstat` has `mem`), or find the sockets that are never read: `ss -uanmp`, greatest `r`.';
