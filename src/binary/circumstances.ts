import { tagsIn } from '../golang/build-tags.ts';
import { NEWEST_KNOWN } from '../golang/lookup-order.ts';
import { type Circumstances, TAGS } from '../golang/lookup-order-case.ts';
import { minorIn } from '../golang/versions.ts';
import type { BinaryFacts } from './binary-facts.ts';

/** What of Go's choice of a resolver the binary and the environment settle; the rest is files. */
export function circumstancesOf(
  { build, cgoResolver }: BinaryFacts,
  environment: Circumstances['environment'] = {},
): Pick<Circumstances, 'go' | 'cgo' | 'tags' | 'environment'> {
  const tags = tagsIn(build?.settings.get('-tags'));
  const godebug = [build?.settings.get('DefaultGODEBUG'), environment.GODEBUG].filter(Boolean).join(',');
  return {
    go: (build && minorIn(build.goVersion)) ?? NEWEST_KNOWN,
    cgo: cgoResolver === 'present',
    tags: TAGS.filter((tag) => tags.includes(tag)),
    // The last setting of a key counts: the environment's goes before what is compiled in (internal/godebug).
    environment: { ...environment, ...(godebug !== '' && { GODEBUG: godebug }) },
  };
}
