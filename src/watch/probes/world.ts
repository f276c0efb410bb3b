import { existsSync } from 'node:fs';
import type { Network } from '../../lookup/network.ts';
import { readSources } from '../../lookup/read-sources.ts';
import { createRealNetwork } from '../../lookup/real-network.ts';
import type { Sources } from '../../resolver/sources.ts';
import { type Clock, REAL_CLOCK } from '../clock.ts';
import type { Place } from './place.ts';

/** All that probing takes from outside: injected, so that tests let hours pass in no time. */
export interface ProbeWorld extends Clock {
  /** From 0 to below 1. */
  random(): number;
  /** A network for one sample. */
  network(): Network;
  /** Whether a directory can be entered. */
  isThere(directory: string): boolean;
  /** The files that decide lookups, as they are now. */
  sources(place: Place): Sources;
}

/** This machine. */
export function createRealWorld(): ProbeWorld {
  return {
    ...REAL_CLOCK,
    random: Math.random,
    network: createRealNetwork,
    isThere: (directory) => existsSync(`${directory}/.`),
    sources: ({ root, environment = process.env }) => readSources({ root, environment }),
  };
}
