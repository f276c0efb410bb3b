import type { ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import type { ProbeRule, Severity } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { type Case, casesOf, failed } from '../probes/models.ts';
import { type Candidate, candidatesOf, candidateText, isGood } from '../probes/transcripts.ts';
import { badHalf } from './musl-needs-both-families.ts';

/** musl's search ends at the first domain that says anything but NXDOMAIN; glibc's and Go's go on (lookup_name.c, name_from_dns_search). */
export const muslSearchStops: ProbeRule = {
  id: 'musl-search-stops',
  severity: 'critical',
  about: 'probes',
  judge(probes) {
    const cases = casesOf(
      probes,
      'musl',
      (lookup, { target }) => stoppedAt(lookup, target, probes) !== undefined,
    );
    return cases.flatMap((each) => {
      const stop = stoppedAt(each.latest, each.target, probes);
      return stop ? [verdictOf(each, wordsOf(each, stop))] : [];
    });
  },
};

interface Stop {
  candidate: Candidate;
  domain: string;
  /** In words. */
  got: string;
  /** Another resolver found the name that musl did not come to. */
  foundByOthers: boolean;
}

/** Where the search of a failed lookup ended before its end. */
function stoppedAt(lookup: ProbeLookup, target: TargetRecord, probes: ProbeRecord): Stop | undefined {
  if (!failed(lookup, target)) return undefined;
  const candidate = candidatesOf(lookup).at(-1);
  const prefix = `${target.name}.`;
  if (!candidate?.name.startsWith(prefix) || badHalf(candidate)) return undefined;
  const got = gotOf(candidate);
  const foundByOthers = [...target.models.values()].some(({ lookups }) => lookups.at(-1)?.outcome === 'ok');
  // A nameserver that fails whatever it is asked for is no matter of the search list.
  const isTheDomains = candidate.a === 'empty' || foundByOthers || answersElsewhere(probes, candidate);
  if (got === undefined || !isTheDomains) return undefined;
  return { candidate, domain: candidate.name.slice(prefix.length), got, foundByOthers };
}

function gotOf({ a, aaaa }: Candidate): string | undefined {
  if (a === 'empty' && aaaa === 'empty') return 'NOERROR without records';
  const bad = [a, aaaa].find((fate) => !isGood(fate) && fate !== 'truncated' && fate !== 'unasked');
  return bad === 'silent' ? 'no answer' : bad;
}

/** Whether any other name got a good reply from a server of this one in the last lookups. */
function answersElsewhere({ targets }: ProbeRecord, { name, queries }: Candidate): boolean {
  const servers = new Set(queries.map(({ server }) => server));
  return [...targets.values()]
    .flatMap(({ models }) => [...models.values()].flatMap(({ lookups }) => lookups.slice(-1)))
    .some((lookup) =>
      lookup.queries.some(
        (query) =>
          query.name !== name &&
          servers.has(query.server) &&
          (query.reply?.rcode === 'NOERROR' || query.reply?.rcode === 'NXDOMAIN'),
      ),
    );
}

function wordsOf({ target }: Case, { candidate, domain, got, foundByOthers }: Stop) {
  const { name, origin } = target;
  // Nobody said that a name of the log exists: that another resolver finds it does.
  const severity: Severity = foundByOthers || origin === 'configured' ? 'critical' : 'warning';
  return {
    severity,
    title: `stops the search for ${name} at ${domain}, which answers ${got}: what comes after it in the search list, and ${name} itself, is never asked for`,
    evidence: [candidateText(candidate)],
    fix: `Let the nameserver answer NXDOMAIN for ${candidate.name} (a wildcard, a stub zone or a broken forward for ${domain} does not), or take ${domain} out of the search list (pod: dnsConfig.searches with dnsPolicy None), or write the name in full, with a dot at its end${name.includes('.') ? `: \`${name}.\`` : ''}. ${LEAVE_MUSL}`,
  };
}
