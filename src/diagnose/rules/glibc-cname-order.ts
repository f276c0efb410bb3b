import type { ProbeLookup, ProbeRecord, ServerCheck, TargetRecord } from '../../journal/probe-record.ts';
import { rulesOf } from '../../resolver/glibc/rules.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_GLIBC, verdictOf } from '../probes/case-words.ts';
import { casesOf, failed } from '../probes/models.ts';
import { candidatesOf, candidateText } from '../probes/transcripts.ts';

/**
 * Since bug 12154 glibc takes an address only after the CNAMEs that lead to it:
 * one that stands before them is not there.
 */
export const glibcCnameOrder: ProbeRule = {
  id: 'glibc-cname-order',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge: (probes) =>
    casesOf(
      probes,
      'glibc',
      (lookup, { target, version }) =>
        rulesOf(version).strictAnswers &&
        lookup.outcome === 'not-found' &&
        failed(lookup, target) &&
        disorder(lookup, target, probes) !== undefined,
    ).flatMap((each) => {
      const seen = disorder(each.latest, each.target, probes);
      const candidate = candidatesOf(each.latest).find(
        ({ a, aaaa }) => a === 'answered' || aaaa === 'answered',
      );
      if (!seen || !candidate) return [];
      const words = {
        title: `finds no address of ${candidate.name}, although the answer has one: its CNAME records do not come first and in order`,
        evidence: [candidateText(candidate), seen],
        fix: `Let ${candidate.queries[0]?.server ?? 'the nameserver'} put CNAME records before what they point to (RFC 1034 section 4.3.2): update it, or put one before it that does (unbound, BIND, CoreDNS with \`loadbalance\`; dnsmasq passes answers on as they come). ${LEAVE_GLIBC}`,
      };
      return [verdictOf(each, words)];
    }),
};

/**
 * How the disorder shows: in an answer that was looked at, or in what others
 * find in the answer that gives glibc nothing.
 */
function disorder(lookup: ProbeLookup, target: TargetRecord, { servers }: ProbeRecord): string | undefined {
  const answered = candidatesOf(lookup).filter(({ a, aaaa }) => a === 'answered' || aaaa === 'answered');
  if (answered.length === 0) return undefined;
  const names = new Set(answered.map(({ name }) => name));
  for (const { server, checks } of servers.values()) {
    const check = checks.findLast(({ name, result }) => names.has(name) && result.kind === 'reply');
    if (check && orderOf(check) === 'address-before-cname')
      return `the answer of ${server}, ${time(check.at)}, has an address before a CNAME`;
    // Whatever glibc dislikes there, it is no CNAME.
    if (check && orderOf(check) === 'no-cname') return undefined;
  }
  const other = [...target.models.values()].find(
    ({ model, lookups }) => model !== lookup.model && lookups.at(-1)?.outcome === 'ok',
  );
  return (
    other &&
    `${other.model} finds ${other.lookups.at(-1)?.addresses.slice(0, 3).join(' ')} in the same answer, for it does not look at the order`
  );
}

function orderOf({ result }: ServerCheck) {
  return result.kind === 'reply' ? result.order : undefined;
}
