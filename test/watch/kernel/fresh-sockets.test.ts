import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFreshSockets } from '../../../src/watch/kernel/fresh-sockets.ts';

const SECOND = 1_000;
/** Few of each, so that they come again. */
const socket = fc.record({ inode: fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }), port: fc.nat(5) });
const tables = fc.array(fc.record({ pause: fc.nat(40), sockets: fc.array(socket, { maxLength: 30 }) }), {
  maxLength: 8,
});

it('what is new, and on a port of late, is what anyone would find', () => {
  fc.assert(
    fc.property(tables, (each) => {
      const sockets = createFreshSockets();
      const lastSeen = new Map<number, number>();
      let before: Set<string> | undefined;
      let at = 0;
      for (const table of each) {
        at += table.pause * SECOND;
        sockets.begin(at);
        for (const { inode, port } of table.sockets) sockets.visit(inode, port);
        const told = sockets.end();
        const now = new Set(table.sockets.map(({ inode, port }) => `${inode} ${port}`));
        const fresh = [...now].filter((name) => !before?.has(name));
        const reused = fresh.filter((name) => {
          const seen = lastSeen.get(Number(name.split(' ')[1]));
          return seen !== undefined && at - seen <= 30 * SECOND;
        });
        if (before) expect(told).toMatchObject({ fresh: fresh.length, reused: reused.length });
        else expect(told).toBeUndefined();
        for (const { port } of table.sockets) lastSeen.set(port, at);
        before = now;
      }
    }),
  );
});

it('a table that was broken off is forgotten', () => {
  const sockets = createFreshSockets();
  sockets.begin(0);
  sockets.visit(1, 40_000);
  sockets.end();
  sockets.begin(1);
  sockets.visit(2, 40_001);
  sockets.begin(2);
  sockets.visit(1, 40_000);
  expect(sockets.end()).toEqual({ overMs: 2, fresh: 0, reused: 0 });
});
