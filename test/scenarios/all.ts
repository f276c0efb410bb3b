import { combined } from './combined.ts';
import { descriptors } from './descriptors.ts';
import { fileScenarios } from './files.ts';
import { mixed } from './mixed.ts';
import { names } from './names.ts';
import { options } from './options.ts';
import { race } from './race.ts';
import { rcodes } from './rcodes.ts';
import type { Scenario } from './scenario.ts';
import { search } from './search.ts';
import { servers } from './servers.ts';
import { sizes } from './sizes.ts';
import { spoofed } from './spoofed.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...rcodes,
  ...servers,
  ...sizes,
  ...names,
  ...search,
  ...options,
  ...spoofed,
  ...race,
  ...fileScenarios,
  ...descriptors,
  ...mixed,
  ...combined,
];
