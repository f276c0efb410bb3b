import { describe, expect, it } from 'vitest';
import type { DroppingSocket, UdpErrors } from '../../../src/journal/kernel-record.ts';
import { appWith, found, kernelWith, NOW, probesWith, processesWith, short, timed, times } from './seen.ts';

const POD = "this pod's network namespace";
const text = (evidence: readonly string[] = []) => evidence.join('\n');

describe('udp-receive-drops', () => {
  function kernel(errors: readonly UdpErrors[], dropping?: readonly Partial<DroppingSocket>[]) {
    const socket: DroppingSocket = { localPort: 8_125, remotePort: 0, uid: 1_000, drops: 95, grown: 95 };
    return kernelWith({
      udp: {
        samples: timed(errors.map((each) => ({ inuse: 3, errors: each }))),
        ports: { low: 32_768, high: 60_999, reserved: 0, usable: 28_232 },
        receiveDrops: 0,
        ...(dropping && {
          table: {
            at: NOW,
            tookMs: 1,
            sockets: 3,
            dns: 1,
            portsUsed: 1,
            holders: [],
            dropping: dropping.map((each) => ({ ...socket, ...each })),
          },
        }),
      },
    });
  }
  const drops = (of: ReturnType<typeof kernel>, more = {}, by = {}) =>
    found('udp-receive-drops', { kernel: of, ...more }, by);
  const GROWN = [...times(20, { rcvbuf: 5 }), { rcvbuf: 100 }];

  it('opens by growth, says how much, and closes', () => {
    expect(drops(kernel(times(5, { rcvbuf: 100 })))).toEqual([]);
    const [finding] = drops(kernel(GROWN));
    expect(finding).toMatchObject({ severity: 'warning', subject: POD });
    expect(finding?.title).toBe('95 datagrams were dropped: a socket’s receive buffer was full');
    expect(text(finding?.evidence)).toContain('(RcvbufErrors): grew by 95, 2026-11-23T10:00:00Z');
    expect(drops(kernel(GROWN), {}, { now: NOW + 301_000 })).toEqual([]);
  });

  it('is info where a server’s socket dropped all of it, and a warning while lookups fail', () => {
    const [finding] = drops(kernel(GROWN, [{}]));
    expect(finding?.severity).toBe('info');
    expect(text(finding?.evidence)).toContain(
      'the socket at port 8125, not connected (uid 1000), dropped 95 since it is there, 95 of them lately',
    );
    expect(drops(kernel(GROWN, [{ remotePort: 443, localPort: 40_000 }]))[0]?.severity).toBe('info');
    const formerly = { localPort: 40_000, remotePort: 53, drops: 3, grown: 0 };
    expect(drops(kernel(GROWN, [{}, formerly]))[0]?.severity).toBe('info');
    expect(drops(kernel(GROWN, [{}, { ...formerly, grown: 3 }]))[0]?.severity).toBe('warning');
    const probes = probesWith([[NOW - 1_000, false]]);
    expect(drops(kernel(GROWN, [{}]), { probes })[0]?.severity).toBe('warning');
  });

  it.each<[string, Partial<DroppingSocket>]>([
    ['is connected to port 53', { localPort: 40_000, remotePort: 53 }],
    ['may be musl’s: not connected, at a port the kernel gave', { localPort: 40_000 }],
    ['has dropped less than that', { drops: 90 }],
  ])('is a warning where the socket that drops %s', (_, socket) => {
    expect(drops(kernel(GROWN, [socket]))[0]?.severity).toBe('warning');
  });

  it('holds nothing against DNS before the table has been read, for a minute', () => {
    const before = kernel(GROWN, []);
    if (before.udp.table) before.udp.table.at = NOW - 4_000;
    expect(drops(before)[0]?.severity).toBe('info');
    expect(text(drops(before)[0]?.evidence)).not.toContain('is closed');
    before.lastSample = NOW + 61_000;
    expect(drops(before, {}, { now: NOW + 61_000 })[0]?.severity).toBe('warning');
    // What has come since the table was read is not known yet: a server that goes on dropping is one still.
    const going = kernel([...GROWN, { rcvbuf: 120 }], [{}]);
    if (going.udp.table) going.udp.table.at = NOW - 1_000;
    expect(drops(going)[0]?.severity).toBe('info');
    // A table that was read in the midst of it shows already whose they are.
    const client = kernel(GROWN, [{ localPort: 40_000, remotePort: 53 }]);
    if (client.udp.table) client.udp.table.at = NOW - 10;
    expect(drops(client)[0]?.severity).toBe('warning');
  });

  it('is critical while lookups failed in the same seconds', () => {
    const probes = probesWith([
      [NOW - 30_000, true],
      [NOW - 1_000, false],
    ]);
    const [finding] = drops(kernel(GROWN, []), { probes });
    expect(finding?.severity).toBe('critical');
    expect(text(finding?.evidence)).toContain('in the same seconds: 1 probe query without a reply');
    expect(text(finding?.evidence)).toContain('the one that did is closed');
  });

  it('names want of memory apart', () => {
    const [finding] = drops(
      kernel(
        [
          { mem: 0, rcvbuf: 0 },
          { mem: 3, rcvbuf: 0 },
        ],
        [{}],
      ),
    );
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(text(finding?.evidence)).toContain('(MemErrors, net.ipv4.udp_mem): grew by 3');
    expect(finding?.fix).toContain('udp_mem');
  });

  it('is not opened by counters that are missing or begin anew', () => {
    expect(drops(kernel([{}, { rcvbuf: 5 }]))).toEqual([]);
    expect(drops(kernel([{ rcvbuf: 500 }, { rcvbuf: 5 }]))).toEqual([]);
    expect(drops(kernel([{ in: 1 }, { in: 9 }]))).toEqual([]);
    expect(found('udp-receive-drops', {})).toEqual([]);
  });
});

describe('file-descriptors-near-limit', () => {
  const ERROR = 'lookup db on 10.96.0.10:53: dial udp 10.96.0.10:53: socket: too many open files';
  const processes = (fds: number, soft = 1_000) => processesWith({ fds, openFiles: { soft, hard: 4_096 } });
  const near = (known: Parameters<typeof found>[1]) => found('file-descriptors-near-limit', known);

  it('is a warning before anything fails', () => {
    expect(near({ processes: processes(899) })).toEqual([]);
    const [finding] = near({ processes: processes(900) });
    expect(finding).toMatchObject({ severity: 'warning', subject: 'the application’s process' });
    expect(finding?.evidence[0]).toBe(
      'server (pid 7) has 900 of 1,000 file descriptors open, the hard limit is 4,096',
    );
  });

  it('says what to change by hand, of the process that is known', () => {
    const log = { apps: [appWith([[ERROR, NOW]])] };
    for (const known of [{ processes: processes(900) }, { processes: processes(5), ...log }]) {
      const [finding] = near(known);
      expect(finding?.fix).toContain('`ls -l /proc/7/fd`');
      expect(finding?.fix).not.toContain('PID');
      expect(finding?.fix).toContain('Kubernetes has no field for it');
    }
    expect(near(log)[0]?.fix).toContain('/proc/PID/fd');
    // Which of the logs is the process's is not known.
    const two = [...log.apps, appWith([], 'b.log')];
    expect(near({ processes: processes(5), apps: two })[0]?.fix).toContain('/proc/PID/fd');
  });

  it('does not flap where their number wanders about the threshold', () => {
    const wandering = [895, 905, 895, 905, 905, 895, 905, 890, 899, 870, 860, 855, 895];
    const descriptors = timed(
      wandering.map((open) => ({ open })),
      5_000,
    );
    const [finding] = near({ processes: { ...processes(895), descriptors } });
    expect(finding?.since).toBe(new Date(descriptors[1]?.at ?? 0).toISOString());
    const below = timed(
      [905, 905, 905, 840, 840, 840, 840, 840].map((open) => ({ open })),
      5_000,
    );
    expect(near({ processes: { ...processes(840), descriptors: below } })).toEqual([]);
  });

  it('is one finding with the log, where there is one', () => {
    expect(short(near({ processes: processes(950), apps: [appWith([])] }))).toEqual(['warning app.log']);
    const findings = near({ processes: processes(1_000), apps: [appWith([[ERROR, NOW]])] });
    expect(short(findings)).toEqual(['critical app.log']);
    expect(text(findings[0]?.evidence)).toContain('has 1,000 of 1,000 file descriptors open');
    const two = [appWith([[ERROR, NOW]]), appWith([], 'b.log')];
    expect(short(near({ processes: processes(1_000), apps: two }))).toEqual([
      'critical app.log',
      'warning the application’s process',
    ]);
  });

  it('knows nothing without both numbers, or without a limit', () => {
    expect(near({ processes: processesWith({ fds: 5_000 }) })).toEqual([]);
    expect(near({ processes: processesWith({ openFiles: { soft: 10, hard: 10 } }) })).toEqual([]);
    expect(near({ processes: processes(5_000, Infinity) })).toEqual([]);
    expect(near({ processes: processes(5, 0) })).toEqual([]);
    expect(near({ processes: { others: [], restarts: 0, descriptors: [] } })).toEqual([]);
  });
});
