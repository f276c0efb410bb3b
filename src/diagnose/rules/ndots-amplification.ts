import type { ProbeLookup, ProbeRecord } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { appWindowOf, factsFor, partsOf } from '../probes/models.ts';
import { RESOLV_CONF, someOf } from '../probes/resolv-conf-words.ts';
import { type Candidate, candidatesOf, counted, duration } from '../probes/transcripts.ts';
import { type Spell, shareText, spellOf } from '../probes/window.ts';

/** A name with fewer dots than ndots is asked for under each search domain before it is asked for itself. */
export const ndotsAmplification: ProbeRule = {
  id: 'ndots-amplification',
  severity: 'warning',
  about: 'probes',
  judge(probes) {
    const cases = amplified(probes);
    const [worst] = cases.toSorted((a, b) => b.wastedMs - a.wastedMs || b.wasted - a.wasted);
    if (!worst) return [];
    const slow = cases.some((each) => each.slow);
    const family = partsOf(worst.lookup.model)?.family ?? 'go';
    const ndots = factsFor(probes, family)?.ndots ?? 1;
    const dots = Math.max(1, Math.min(...cases.map(({ target }) => target.split('.').length - 1)));
    return [
      {
        subject: RESOLV_CONF,
        severity: slow ? 'warning' : 'info',
        title: slow
          ? `ndots:${ndots} makes lookups slow: ${worst.target} is asked for only after ${duration(worst.wastedMs)} of search domains`
          : `ndots:${ndots} costs ${counted(worst.wasted, 'query', 'queries')} for nothing with each lookup of ${worst.target}`,
        evidence: someOf(cases.map(caseText), 'targets'),
        fix: `Write these names with a dot at the end (\`${worst.target}.\`), or set ndots to ${dots} (pod: \`dnsConfig: {options: [{name: ndots, value: "${dots}"}]}\`). With musl a name of ${dots} or more dots is then never looked for under the search list: write cluster names in full, as in \`web.default.svc.cluster.local\`.`,
        since: Math.min(...cases.map(({ spell }) => spell.since)),
      },
    ];
  },
};

/** Fewer candidates in vain are what any search list costs. */
const MANY = 2;
/** So long before the name itself is asked for is felt by users, ms. */
const SLOW_MS = 1_000;

interface Amplified {
  target: string;
  lookup: ProbeLookup;
  spell: Spell<ProbeLookup>;
  candidates: readonly Candidate[];
  /** Queries for names that are not there. */
  wasted: number;
  wastedMs: number;
  slow: boolean;
}

function amplified({ targets }: ProbeRecord): Amplified[] {
  return [...targets.values()].flatMap((target) => {
    const lookups = appWindowOf(target)?.lookups ?? [];
    const spell = spellOf(lookups, (lookup) => vainOf(lookup, target.name).length >= MANY);
    const lookup = spell?.bad.at(-1);
    if (!spell || !lookup) return [];
    const candidates = vainOf(lookup, target.name);
    return [
      {
        target: target.name,
        lookup,
        spell,
        candidates,
        wasted: candidates.reduce((sum, { queries }) => sum + queries.length, 0),
        wastedMs: vainMs(lookup),
        slow:
          spellOf(lookups, (each) => vainOf(each, target.name).length >= MANY && vainMs(each) >= SLOW_MS) !==
          undefined,
      },
    ];
  });
}

/** The names that were tried in vain before the name itself, which is there. */
function vainOf(lookup: ProbeLookup, target: string): Candidate[] {
  const candidates = candidatesOf(lookup);
  const isItself = candidates.at(-1)?.name === target;
  return lookup.outcome === 'ok' && isItself ? candidates.slice(0, -1) : [];
}

/** When the last name was asked for. */
function vainMs(lookup: ProbeLookup): number {
  return candidatesOf(lookup).at(-1)?.queries[0]?.atMs ?? 0;
}

function caseText({ target, lookup, spell, candidates, wasted, wastedMs }: Amplified): string {
  const names = candidates.map(({ name }) => name.slice(target.length + 1)).join(', ');
  return `${target} by ${lookup.model}, ${time(lookup.at)}: ${wasted} of ${lookup.queries.length} queries and ${duration(wastedMs)} for ${names} (${shareText(spell, 'lookups')})`;
}
