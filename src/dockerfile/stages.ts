import { posix } from 'node:path';
import type { At, Copy, DockerfileFacts, GoBuild, Stage } from './dockerfile-facts.ts';
import { isOpen } from './expand.ts';

/** A stage with those that it is built on: what they hold, it holds. */
export interface Chain {
  /** The stage itself comes first, the one that is built on an image last. */
  stages: readonly Stage[];
  /** The last of them: its image is what all is built on. */
  root: Stage;
  packages: readonly At<string>[];
  writes: readonly At<string>[];
  copies: readonly Copy[];
}

/** A build of which the program comes into a stage. */
export interface Shipped {
  build: GoBuild;
  /** Where it is built. */
  builder: Chain;
  /** COPY of the stage that runs it; absent: it runs where it was built. */
  copy?: Copy;
}

/** A stage and all that it is built on. */
export function chainOf({ stages }: DockerfileFacts, stage: Stage): Chain {
  const chain = [stage];
  for (let next = stages[stage.from ?? -1]; next; next = stages[next.from ?? -1]) chain.push(next);
  return {
    stages: chain,
    root: chain.at(-1) ?? stage,
    packages: chain.flatMap(({ packages }) => packages),
    writes: chain.flatMap(({ writes }) => writes),
    copies: chain.flatMap(({ copies }) => copies),
  };
}

/** Stages that no other one takes from: what docker build may be asked for, the last one first of all. */
export function finalStages({ stages }: DockerfileFacts): Stage[] {
  const used = new Set(stages.flatMap(({ from, copies }) => [from, ...copies.map((copy) => copy.from)]));
  return stages.filter((_, index) => !used.has(index));
}

/** Whether something is built from source that is no package, so what there is cannot be told. */
export function hasSources({ stages }: Chain): boolean {
  return stages.some(({ scripts }) => scripts.length > 0);
}

/** Builds whose programs a stage has, each with where it was built. */
export function shippedIn(facts: DockerfileFacts, stage: Stage): Shipped[] {
  const chain = chainOf(facts, stage);
  const own = chain.stages.flatMap(({ builds }) => builds).map((build) => ({ build, builder: chain }));
  const seen = new Set<string>();
  const copied = chain.copies.flatMap((copy) =>
    builtFor(facts, copy, seen).map((each) => ({ ...each, copy })),
  );
  return [...own, ...copied];
}

/** Builds that a COPY brings, also of stages that took them from others themselves. */
function builtFor(facts: DockerfileFacts, copy: Copy, seen: Set<string>): Shipped[] {
  const stage = typeof copy.from === 'number' ? facts.stages[copy.from] : undefined;
  return stage ? copy.sources.flatMap((source) => builtAt(facts, stage, source, seen)) : [];
}

function builtAt(facts: DockerfileFacts, stage: Stage, path: string, seen: Set<string>): Shipped[] {
  const key = `${stage.line} ${path}`;
  if (seen.has(key)) return [];
  seen.add(key);
  const builder = chainOf(facts, stage);
  const own = builder.stages
    .flatMap(({ builds }) => builds)
    .filter(({ output }) => mayBeAt(output, path))
    .map((build) => ({ build, builder }));
  if (own.length > 0) return own;
  return builder.copies
    .filter(({ target, from }) => typeof from === 'number' && mayBeAt(target, path))
    .flatMap((copy) => builtFor(facts, copy, seen));
}

/** Whether what lies at `output`, or below it, is what `path` names, its `*` filled in; true where it cannot be told. */
function mayBeAt(output: string, path: string): boolean {
  if (isOpen(output) || isOpen(path)) return true;
  const fixed = path.replace(/[*?[].*$/s, '');
  if (fixed !== path) return output.startsWith(fixed) || isBelow(fixed, output);
  return posix.resolve(output) === posix.resolve(path) || isBelow(output, path) || isBelow(path, output);
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
