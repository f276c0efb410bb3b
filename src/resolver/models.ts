import { createDig } from './bind/dig.ts';
import { createNslookup } from './bind/nslookup.ts';
import { createBusyboxNslookup } from './busybox/nslookup.ts';
import { createGlibc } from './glibc/glibc.ts';
import { createGo } from './go/go.ts';
import type { Resolver } from './model.ts';
import { createMusl } from './musl/musl.ts';
import { compareVersions, type Version } from './version.ts';

/** The releases there are models of. */
export const RELEASES = {
  go: { oldest: [1, 15], newest: [1, 27] },
  glibc: { oldest: [2, 31], newest: [2, 43] },
  musl: { oldest: [1, 1, 0], newest: [1, 2, 6] },
} as const;

/** A family of resolvers: its releases, and how to make one. */
interface Family {
  oldest: Version;
  newest: Version;
  create(version: Version): Resolver;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  go: { ...RELEASES.go, create: createGo },
  glibc: { ...RELEASES.glibc, create: createGlibc },
  musl: { ...RELEASES.musl, create: createMusl },
};
const TOOLS: Readonly<Record<string, () => Resolver>> = {
  nslookup: createNslookup,
  dig: createDig,
  'busybox-nslookup': createBusyboxNslookup,
};

/** Names of all models without their versions, as `--as all` takes them. */
export const MODEL_NAMES: readonly string[] = [...Object.keys(FAMILIES), ...Object.keys(TOOLS)];

/** A model by its name, and how to make a process that resolves as it does. */
export interface Model {
  /** As it was asked for, a version added where there was none: `glibc-2.43`. */
  name: string;
  create(): Resolver;
}

/**
 * The model of `go-1.24`, `glibc`, `musl-1.2.3`, `nslookup`.
 *
 * @returns what is wrong, for a person, where there is none
 */
export function modelOf(name: string): Model | { error: string } {
  const tool = TOOLS[name];
  if (tool) return { name, create: tool };
  const [, familyName = '', written] = /^([a-z]+)(?:-([\d.]+))?$/.exec(name) ?? [];
  const family = FAMILIES[familyName];
  if (!family) return { error: `unknown model ${JSON.stringify(name)}: expected ${EXPECTED}` };
  const version = written === undefined ? family.newest : written.split('.').map(Number);
  const inRange =
    version.length >= 2 &&
    version.every(Number.isInteger) &&
    compareVersions(version, family.oldest) >= 0 &&
    compareVersions(version.slice(0, family.newest.length), family.newest) <= 0;
  if (!inRange) {
    const [oldest, newest] = [family.oldest, family.newest].map((each) => `${familyName}-${each.join('.')}`);
    return { error: `no model ${JSON.stringify(name)}: ${oldest} to ${newest} are known` };
  }
  return { name: `${familyName}-${version.join('.')}`, create: () => family.create(version) };
}

const EXPECTED = 'go-1.24, glibc-2.36, musl-1.2.5 (or without a version), nslookup, dig, busybox-nslookup';
