/**
 * Holds sockets, lets the kernel's watcher count the ports they take, and then asks the kernel for ports until it
 * refuses. Runs in a network namespace of its own, and prints what both said, as JSON.
 *
 *   node test/lab/source-ports-child.ts '{"sockets": [...], "asks": "udp4"}'
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { createJournal } from '../../src/journal/journal.ts';
import { watchKernel } from '../../src/watch/kernel/watch-kernel.ts';

/** A socket that is held. */
export interface Held {
  /** 0: the kernel chooses. */
  port: number;
  type: 'udp4' | 'udp6';
  address?: string;
  ipv6Only?: boolean;
  connect?: string;
}

export interface Scenario {
  sockets: readonly Held[];
  /** Who asks for ports in the end. */
  asks: 'udp4' | 'udp6';
}

export interface Count {
  usable: number | undefined;
  used: number | undefined;
  given: number;
  refusal: string | undefined;
}

async function open({ port, type, address, ipv6Only = false, connect }: Held): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only });
  socket.bind({ port, ...(address !== undefined && { address }) });
  await once(socket, 'listening');
  if (connect !== undefined) {
    socket.connect(53, connect);
    await once(socket, 'connect');
  }
  return socket;
}

/** Reads the table once. */
async function look(): Promise<Pick<Count, 'usable' | 'used'>> {
  const journal = createJournal(Date.now);
  const watcher = watchKernel(journal, pino({ level: 'silent' }));
  await watcher.use({ proc: '/proc', node: {} });
  const { udp, looks } = journal.kernel;
  while (!looks.has('udp')) await sleep(5);
  await watcher.stop();
  return { usable: udp.ports?.usable, used: udp.table?.portsUsed };
}

/** One after the other until there are no more. */
async function exhaust(type: Held['type']): Promise<Pick<Count, 'given' | 'refusal'>> {
  for (let given = 0; ; given++) {
    try {
      await open({ port: 0, type });
    } catch (error) {
      return { given, refusal: (error as NodeJS.ErrnoException).code };
    }
  }
}

const scenario = JSON.parse(process.argv[2] ?? '') as Scenario;
for (const held of scenario.sockets) await open(held);
const count: Count = { ...(await look()), ...(await exhaust(scenario.asks)) };
process.stdout.write(JSON.stringify(count), () => process.exit());
