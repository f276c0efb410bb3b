import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/watch/clock.ts';
import { createWithin } from '../../src/watch/in-time.ts';

/** Whatever is waited for takes too long, unless it is there already. */
const IMPATIENT: Clock = {
  clock: () => 0,
  monotonic: () => 0,
  after(_, run) {
    setImmediate(run);
    return () => {};
  },
};

/** A call that hangs until it is let go. */
function hanging() {
  const { promise, resolve } = Promise.withResolvers<string>();
  let begun = 0;
  const call = () => {
    begun++;
    return promise;
  };
  return { call, begun: () => begun, end: () => resolve('late') };
}

describe('calls that may hang', () => {
  it('are begun once, and again when they have come back', async () => {
    const within = createWithin(IMPATIENT, 4);
    const slow = hanging();
    for (let looks = 0; looks < 5; looks++) expect(await within('a', slow.call, 1)).toBeUndefined();
    expect(slow.begun()).toBe(1);
    expect(await within('b', async () => 'other', 1)).toBe('other');
    slow.end();
    await new Promise(setImmediate);
    expect(await within('a', async () => 'again', 1)).toBe('again');
  });

  it.each([1, 2, 4])('leave one of %i threads to others', async (threads) => {
    const within = createWithin(IMPATIENT, threads);
    const all = Array.from({ length: 6 }, hanging);
    for (const [index, { call }] of all.entries()) await within(`${index}`, call, 1);
    expect(all.reduce((sum, { begun }) => sum + begun(), 0)).toBe(Math.max(1, threads - 1));
    for (const { end } of all) end();
    await new Promise(setImmediate);
    expect(await within('7', async () => 'there', 1)).toBe('there');
  });
});
