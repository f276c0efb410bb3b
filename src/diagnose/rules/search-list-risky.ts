import type { ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { appModelOf, appWindowOf, factsFor, partsOf } from '../probes/models.ts';
import { once } from '../probes/once.ts';
import { type Candidate, candidatesOf, candidateText, duration, isGood } from '../probes/transcripts.ts';
import { type Spell, shareText, spanOfSpell, spellOf } from '../probes/window.ts';

/** A domain of the search list fails or swallows names: every short name pays for it, or gets a wrong address. */
export const searchListRisky: ProbeRule = {
  id: 'search-list-risky',
  severity: 'warning',
  about: 'probes',
  judge(probes) {
    const good = once(() => goodNames(probes));
    return domainsOf(probes).flatMap((domain) => {
      const samples = underDomain(probes, domain);
      const swallowed = spellOf(samples, (each) => swallows(each, domain));
      if (swallowed) return [swallowedVerdict(domain, swallowed)];
      const under = new Set(samples.map(({ candidate }) => candidate.name));
      // It is not the nameserver that is broken.
      const othersAnswered = ({ at }: Sample) =>
        good().some((other) => !under.has(other.name) && Math.abs(other.at - at) <= probes.intervalMs);
      const broken = spellOf(samples, (each) => isBroken(each) && othersAnswered(each));
      return broken ? [brokenVerdict(domain, broken)] : [];
    });
  },
};

/** One lookup by the application's resolver that asked for a name under the domain. */
interface Sample {
  at: number;
  target: TargetRecord;
  lookup: ProbeLookup;
  candidate: Candidate;
}

/** The search domains, as the application's resolvers have them. */
function domainsOf(probes: ProbeRecord): string[] {
  const families = [...probes.targets.values()].map((target) => partsOf(appModelOf(target) ?? '')?.family);
  const domains = [...new Set(families)].flatMap((family) =>
    family ? (factsFor(probes, family)?.search ?? []) : [],
  );
  return [...new Set(domains.map((domain) => domain.replace(/^\.|\.$/g, '')))].filter((each) => each !== '');
}

function underDomain({ targets }: ProbeRecord, domain: string): Sample[] {
  return [...targets.values()]
    .flatMap((target) =>
      (appWindowOf(target)?.lookups ?? []).flatMap((lookup) => {
        const candidate = candidatesOf(lookup).find(({ name }) => name === `${target.name}.${domain}`);
        return candidate ? [{ at: lookup.at, target, lookup, candidate }] : [];
      }),
    )
    .toSorted((a, b) => a.at - b.at);
}

/** Top-level domains that no one has below a search domain of their own: such a name was meant as it is. */
const PUBLIC = ['com', 'org', 'net', 'io', 'dev', 'edu', 'gov', 'cloud', 'app'];

/** `api.example.com` found as `api.example.com.corp.test`: a wildcard. */
function swallows({ target, lookup, candidate }: Sample, domain: string): boolean {
  const labels = target.name.split('.');
  return (
    lookup.outcome === 'ok' &&
    candidatesOf(lookup).at(-1)?.name === candidate.name &&
    labels.length > 2 &&
    PUBLIC.includes(labels.at(-1) ?? '') &&
    !target.name.endsWith(`.${domain}`)
  );
}

const FATES = ['a', 'aaaa'] as const;

/** A name that got a good answer. */
interface GoodName {
  at: number;
  name: string;
}

function goodNames({ targets }: ProbeRecord): GoodName[] {
  return [...targets.values()]
    .flatMap(({ models }) => [...models.values()].flatMap(({ lookups }) => lookups))
    .flatMap((lookup) =>
      candidatesOf(lookup)
        .filter((candidate) => FATES.some((type) => isGood(candidate[type])))
        .map(({ name }) => ({ at: lookup.at, name })),
    );
}

/** There is no good answer for the domain, and the lookup goes on after it. */
function isBroken({ candidate, lookup }: Sample): boolean {
  const bad = FATES.some((type) => !isGood(candidate[type]) && !NO_FAULT.includes(candidate[type]));
  return bad && FATES.every((type) => candidate[type] !== 'answered') && !stopsMusl(lookup);
}
const NO_FAULT = ['truncated', 'unasked'];

/** musl goes no further than a domain that fails: musl-search-stops has that. */
function stopsMusl({ model, outcome }: ProbeLookup): boolean {
  return outcome !== 'ok' && partsOf(model)?.family === 'musl';
}

/** So long for one domain is felt, ms. */
const SLOW_MS = 1_000;

function brokenVerdict(domain: string, spell: Spell<Sample>): SubjectVerdict {
  const latest = spell.bad.at(-1);
  const fates = new Set(latest ? FATES.map((type) => latest.candidate[type]) : []);
  const what = [...fates].filter((fate) => !isGood(fate) && !NO_FAULT.includes(fate));
  const slow = spell.bad.filter(({ candidate, lookup }) => spentOn(candidate, lookup) >= SLOW_MS);
  const failing = spell.bad.filter(({ lookup }) => !lookup.asExpected);
  return {
    subject: domain,
    severity: slow.length > 1 || failing.length > 1 ? 'warning' : 'info',
    title: `The search domain ${domain} answers ${what.map((fate) => (fate === 'silent' ? 'nothing' : fate)).join(' and ')} instead of NXDOMAIN: each name looked for under it ${failing.length > 1 ? 'may fail' : slow.length > 1 ? 'waits' : 'is at risk'}`,
    evidence: [
      ...(latest
        ? [
            candidateText(latest.candidate),
            `${latest.lookup.model} spent ${duration(spentOn(latest.candidate, latest.lookup))} on it in the lookup of ${latest.target.name}, ${time(latest.at)}: ${latest.lookup.outcome} after ${duration(latest.lookup.durationMs)}`,
          ]
        : []),
      shareText(spell, `lookups that asked under ${domain}`),
    ],
    fix: `Take ${domain} out of the search list (pod: \`dnsPolicy: None\` with dnsConfig.searches; node: its resolv.conf, or the kubelet’s --resolv-conf), or mend its zone: the nameserver has to answer NXDOMAIN for what is not there. Names with a dot at the end are not looked for under it.`,
    ...spanOfSpell(spell),
  };
}

/** Until the next name was asked for, or the lookup ended. */
function spentOn({ name }: Candidate, lookup: ProbeLookup): number {
  const candidates = candidatesOf(lookup);
  const index = candidates.findIndex((each) => each.name === name);
  const began = candidates[index]?.queries[0]?.atMs ?? 0;
  return (candidates[index + 1]?.queries[0]?.atMs ?? lookup.durationMs) - began;
}

function swallowedVerdict(domain: string, spell: Spell<Sample>): SubjectVerdict {
  const latest = spell.bad.at(-1);
  const name = latest?.target.name ?? '';
  return {
    subject: domain,
    severity: 'warning',
    title: `The search domain ${domain} swallows ${name}: a wildcard answers for it, and the name itself is never asked for`,
    evidence: [
      ...(latest ? [candidateText(latest.candidate)] : []),
      `${latest?.lookup.model} gives the application ${latest?.lookup.addresses.slice(0, 3).join(' ')} for ${name}`,
      shareText(spell, `lookups that asked under ${domain}`),
    ],
    fix: `Write the name with a dot at the end: \`${name}.\`; or take ${domain} out of the search list (pod: \`dnsPolicy: None\` with dnsConfig.searches), or the wildcard \`*.${domain}\` out of its zone.`,
    ...spanOfSpell(spell),
  };
}
