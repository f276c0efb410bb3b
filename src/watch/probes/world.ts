import { lstat, stat } from 'node:fs/promises';
import type { Network } from '../../lookup/network.ts';
import { readSources } from '../../lookup/read-sources.ts';
import { createRealNetwork } from '../../lookup/real-network.ts';
import type { Sources } from '../../resolver/sources.ts';
import { type Clock, REAL_CLOCK } from '../clock.ts';
import { createWithin } from '../in-time.ts';
import type { Place } from './place.ts';

/** All that probing takes from outside: injected, so that tests let hours pass in no time. */
export interface ProbeWorld extends Clock {
  /** From 0 to below 1. */
  random(): number;
  /** A network for one sample. */
  network(): Network;
  /** Whether a directory can be entered, and without hanging: what is read in it next is read at once. */
  isThere(directory: string): Promise<boolean>;
  /** The files that decide lookups, as they are now. */
  sources(place: Place): Sources;
}

/** A root that takes longer hangs. */
const SLOW_MS = 400;

/** This machine. */
export function createRealWorld(): ProbeWorld {
  const within = createWithin(REAL_CLOCK);
  return {
    ...REAL_CLOCK,
    random: Math.random,
    network: createRealNetwork,
    isThere: async (directory) => (await within(directory, () => canEnter(directory), SLOW_MS)) === true,
    sources: ({ root, environment = process.env }) => readSources({ root, environment }),
  };
}

async function canEnter(directory: string): Promise<boolean> {
  try {
    await stat(`${directory}/.`);
    await lstat(`${directory}/etc/resolv.conf`).catch(() => undefined);
    return true;
  } catch {
    return false;
  }
}
