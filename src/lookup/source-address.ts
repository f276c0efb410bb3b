import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { DNS_PORT } from '../dns/codes.ts';
import type { Result } from '../resolver/model.ts';

/** Routes change seldom, a lookup with many addresses asks often: an answer is good for as long, ms. */
const GOOD_FOR_MS = 1_000;
const MAX_KEPT = 256;
const kept = new Map<string, { at: number; result: Result }>();

/** The source address the kernel takes to a destination: connect(2) of a UDP socket chooses it and sends nothing. */
export async function sourceAddress(to: string): Promise<Result> {
  const before = kept.get(to);
  if (before && performance.now() - before.at < GOOD_FOR_MS) return before.result;
  const result = await ask(to);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(to, { at: performance.now(), result });
  return result;
}

function ask(to: string): Promise<Result> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(to) ? 'udp6' : 'udp4');
    const end = (result: Result) => {
      socket.close();
      resolve(result);
    };
    const failed = (error: NodeJS.ErrnoException) => end({ result: 'failed', errno: error.code ?? 'EIO' });
    socket.once('error', failed);
    // Any port will do: nothing is sent. glibc and Go take 53 or 9 too.
    socket.connect(DNS_PORT, to, (error?: Error) => {
      if (error) failed(error);
      else end({ result: 'source', address: socket.address().address });
    });
  });
}
