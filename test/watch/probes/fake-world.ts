/**
 * A world in which time passes only when a test lets it: timers by a clock of
 * our own, scripted servers over the virtual network.
 */
import type { Rule, TcpMode } from '../../../src/dns/script.ts';
import { createVirtualNetwork, type VirtualNetwork } from '../../../src/lookup/virtual-network.ts';
import type { Sources } from '../../../src/resolver/sources.ts';
import type { ProbeWorld } from '../../../src/watch/probes/world.ts';

export interface FakeWorld extends ProbeWorld {
  /** What the next samples meet. */
  servers: Readonly<Record<string, Rule>>;
  tcp: Readonly<Record<string, TcpMode>>;
  resolvConf: string;
  /** Called as a sample's network is made: a place to stand still in. */
  onNetwork: () => void;
  /** Networks made so far, with what their servers saw. */
  readonly networks: VirtualNetwork[];
  /** Lets time pass, timer by timer. */
  advance(ms: number): Promise<void>;
  /** The process stands still: time passes, and no timer runs. */
  standStill(ms: number): void;
  /** Timers that wait. */
  pending(): number;
}

const INTERFACES = [{ address: '127.0.0.1', prefix: 8 }];
/** ms since the epoch, when it all begins. */
export const START = 1_700_000_000_000;

export function createFakeWorld(servers: FakeWorld['servers'] = {}): FakeWorld {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  // Work between two timers is promises alone: it is done when the event loop has gone round.
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const world: FakeWorld = {
    servers,
    tcp: {},
    resolvConf: 'nameserver 127.0.0.53\nsearch lab.test\n',
    onNetwork: () => {},
    networks: [],
    clock: () => START + now,
    monotonic: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random: () => 0.5,
    network() {
      const { servers, tcp } = world;
      const network = createVirtualNetwork({ servers, tcp, interfaces: INTERFACES, seed: 7 });
      world.networks.push(network);
      world.onNetwork();
      return network;
    },
    isThere: async () => true,
    sources: () => sourcesWith(world.resolvConf),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = end;
    },
    standStill(ms) {
      now += ms;
    },
    pending: () => timers.size,
  };
  return world;
}

export function sourcesWith(resolvConf: string): Sources {
  return {
    resolvConf: { state: 'ok', text: resolvConf, modified: START },
    hosts: { state: 'ok', text: '127.0.0.1 localhost\n', modified: START },
    nsswitch: { state: 'absent' },
    gaiConf: { state: 'absent' },
    hostAliases: { state: 'absent' },
    mdnsAllow: false,
    environment: {},
    hostname: 'lab',
    interfaces: INTERFACES,
  };
}
