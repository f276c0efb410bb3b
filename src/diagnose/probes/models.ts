/** Which lookups are the application's, and which only show what another resolver would make of the same network. */
import type { AppRecord } from '../../journal/app-record.ts';
import type {
  DialectFacts,
  ModelWindow,
  ProbeLookup,
  ProbeRecord,
  TargetRecord,
} from '../../journal/probe-record.ts';
import { compareVersions, type Version } from '../../resolver/version.ts';
import { type Spell, spellOf, type Threshold } from './window.ts';

export type LookupFamily = 'go' | 'glibc' | 'musl';

/** The family and version of a resolver's model; undefined for tools. */
export function partsOf(model: string): { family: LookupFamily; version: Version } | undefined {
  const [, family, version] = /^(go|glibc|musl)-([\d.]+)$/.exec(model) ?? [];
  if (version === undefined) return undefined;
  return { family: family as LookupFamily, version: version.split('.').map(Number) };
}

/**
 * The model that stands for the application's resolver: the one found for `app`; where that is not among the configured
 * models, the first of them that is no tool.
 */
export function appModelOf({ app, models }: TargetRecord): string | undefined {
  return app?.model ?? [...models.keys()].find((model) => partsOf(model) !== undefined);
}

/** The lookups of a target by the application's resolver. */
export function appWindowOf(target: TargetRecord): ModelWindow | undefined {
  const model = appModelOf(target);
  return model === undefined ? undefined : target.models.get(model);
}

/** The families of resolvers that applications use, as far as targets and logs tell; Go's own where nothing tells. */
export function appFamilies({ targets }: ProbeRecord, apps: readonly AppRecord[]): Set<LookupFamily> {
  const families = new Set<LookupFamily>();
  for (const target of targets.values()) {
    const family = partsOf(appModelOf(target) ?? '')?.family;
    if (family) families.add(family);
  }
  for (const { libc } of apps) if (libc) families.add(libc);
  return families.size > 0 ? families : new Set(['go']);
}

/** What resolv.conf says to a family. */
export function factsFor({ files }: ProbeRecord, family: LookupFamily): DialectFacts | undefined {
  return files?.dialects.find(({ dialect }) => dialect === family);
}

/** Lookups of one target by one model that are bad in the same way, often enough to say so. */
export interface Case {
  target: TargetRecord;
  model: string;
  version: Version;
  /** Whether the model stands for the application's resolver. */
  isApp: boolean;
  spell: Spell<ProbeLookup>;
  /** The last of the bad ones. */
  latest: ProbeLookup;
}

/**
 * For each target the lookups by a family of resolvers that are bad: the application's own where it is of that
 * family, else those of the newest version that has any.
 */
export function casesOf(
  { targets }: ProbeRecord,
  family: LookupFamily,
  isBad: (lookup: ProbeLookup, about: { version: Version; target: TargetRecord }) => boolean,
  threshold?: Threshold,
): Case[] {
  return [...targets.values()].flatMap((target) => {
    const cases = [...target.models.values()].flatMap(({ model, lookups }): Case[] => {
      const parts = partsOf(model);
      if (parts?.family !== family) return [];
      const about = { version: parts.version, target };
      const spell = spellOf(lookups, (lookup) => isBad(lookup, about), threshold);
      const latest = spell?.bad.at(-1);
      if (!spell || !latest) return [];
      return [{ ...about, model, isApp: model === appModelOf(target), spell, latest }];
    });
    const [first] = cases.toSorted(
      (a, b) => Number(b.isApp) - Number(a.isApp) || compareVersions(b.version, a.version),
    );
    return first ? [first] : [];
  });
}

/** Whether a lookup failed that should not have: a target that is expected not to exist fails as it should. */
export function failed(lookup: ProbeLookup, { expect }: TargetRecord): boolean {
  return lookup.outcome !== 'ok' && expect !== 'not-found';
}
