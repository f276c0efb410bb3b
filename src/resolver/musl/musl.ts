import type { Resolver } from '../model.ts';
import type { Version } from '../version.ts';
import { getaddrinfo } from './getaddrinfo.ts';
import { rulesOf } from './rules.ts';

/** A process that resolves with musl's getaddrinfo. It keeps nothing: every lookup reads the files anew. */
export function createMusl(version: Version): Resolver {
  const rules = rulesOf(version);
  return { lookup: (lookup, surroundings) => getaddrinfo(lookup, rules, surroundings) };
}
