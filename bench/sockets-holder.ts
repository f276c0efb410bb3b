/**
 * Holds UDP sockets connected to port 53, as Go's and glibc's lookups do, until its standard input ends. Says a line
 * when it has them all.
 *
 *   node bench/sockets-holder.ts COUNT
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const count = Number(process.argv[2]);
/** Waited for together. */
const AT_ONCE = 100;

for (let held = 0; held < count; held += AT_ONCE) {
  const sockets = Array.from({ length: Math.min(AT_ONCE, count - held) }, () => createSocket('udp4'));
  await Promise.all(
    sockets.map((socket) => {
      socket.connect(53, '127.0.0.1');
      return once(socket, 'connect');
    }),
  );
}
process.stdout.write('held\n');
process.stdin.resume().on('end', () => process.exit());
