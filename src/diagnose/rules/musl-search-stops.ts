import type { ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import { rulesOf } from '../../resolver/musl/rules.ts';
import type { Version } from '../../resolver/version.ts';
import type { ProbeRule, Severity } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { type Case, casesOf, factsFor, failed } from '../probes/models.ts';
import { once } from '../probes/once.ts';
import { type Candidate, candidatesOf, candidateText, isGood } from '../probes/transcripts.ts';
import { badHalf } from './musl-needs-both-families.ts';

/**
 * musl's search ends at the first domain that says anything but NXDOMAIN;
 * glibc's and Go's go on (lookup_name.c, name_from_dns_search).
 */
export const muslSearchStops: ProbeRule = {
  id: 'musl-search-stops',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge(probes) {
    const good = once(() => goodReplies(probes));
    const cases = casesOf(
      probes,
      'musl',
      (lookup, { target, version }) => stoppedAt(lookup, target, version, probes, good) !== undefined,
    );
    return cases.flatMap((each) => {
      const stop = stoppedAt(each.latest, each.target, each.version, probes, good);
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
function stoppedAt(
  lookup: ProbeLookup,
  target: TargetRecord,
  version: Version,
  probes: ProbeRecord,
  good: () => GoodReplies,
): Stop | undefined {
  const candidate = failed(lookup, target) ? candidatesOf(lookup).at(-1) : undefined;
  if (!candidate || badHalf(candidate)) return undefined;
  const around = roundOf(lookup, target);
  const foundByOthers = [...target.models.values()].some(({ lookups }) =>
    lookups.some(({ at, outcome }) => at > around.before && at < around.next && outcome === 'ok'),
  );
  const got = gotOf(candidate);
  if (got === 'no answer' && asksForTwoDots(target.name, version, probes))
    return { candidate, domain: '.', got, foundByOthers };
  const prefix = `${target.name}.`;
  // A nameserver that fails whatever it is asked for is no matter of the search list.
  const isTheDomains =
    candidate.name.startsWith(prefix) &&
    (candidate.a === 'empty' || foundByOthers || answersElsewhere(lookup.at, around, good(), candidate));
  if (got === undefined || !isTheDomains) return undefined;
  return { candidate, domain: candidate.name.slice(prefix.length), got, foundByOthers };
}

/** `search .` makes old releases send a query with an empty label, which no nameserver answers (commit 1e7fb12f). */
function asksForTwoDots(name: string, version: Version, probes: ProbeRecord): boolean {
  const { search = [], ndots = 1 } = factsFor(probes, 'musl') ?? {};
  const isSearched = !name.endsWith('.') && name.split('.').length - 1 < ndots;
  return isSearched && search.includes('.') && rulesOf(version).twoDots === 'sent-malformed';
}

function gotOf({ a, aaaa }: Candidate): string | undefined {
  if (a === 'empty' && aaaa === 'empty') return 'NOERROR without records';
  const bad = [a, aaaa].find((fate) => !isGood(fate) && fate !== 'truncated' && fate !== 'unasked');
  return bad === 'silent' ? 'no answer' : bad;
}

/**
 * When the lookups of the target by the same model before and after this one
 * were made: what lies between is its round.
 */
interface Around {
  before: number;
  next: number;
  afterNext: number;
}

function roundOf(lookup: ProbeLookup, { models }: TargetRecord): Around {
  const lookups = models.get(lookup.model)?.lookups ?? [];
  const index = lookups.indexOf(lookup);
  const atOf = (other: number, otherwise: number) => lookups[other]?.at ?? otherwise;
  return {
    before: atOf(index - 1, 0),
    next: atOf(index + 1, Number.POSITIVE_INFINITY),
    afterNext: atOf(index + 2, Number.POSITIVE_INFINITY),
  };
}

/** Good replies to lookups and to single queries: of which server, for which name, when. */
interface GoodReplies {
  lookups: GoodReply[];
  checks: GoodReply[];
}
interface GoodReply {
  at: number;
  server: string;
  name: string;
}

function goodReplies({ targets, servers }: ProbeRecord): GoodReplies {
  const lookups = [...targets.values()].flatMap(({ models }) =>
    [...models.values()].flatMap((model) => model.lookups),
  );
  return {
    lookups: lookups.flatMap(({ at, queries }) =>
      queries.flatMap(({ server, name, reply }) =>
        GOOD.includes(reply?.rcode ?? '') ? [{ at, server, name }] : [],
      ),
    ),
    checks: [...servers.values()].flatMap(({ server, checks }) =>
      checks.flatMap(({ at, name, result }) =>
        result.kind === 'reply' && GOOD.includes(result.rcode) ? [{ at, server, name }] : [],
      ),
    ),
  };
}

/**
 * Whether any other name got a good reply from a server of this one at the time: in lookups of the same round, or
 * in single queries of that round or the next one, for the name itself has its turn in one of the two.
 */
function answersElsewhere(
  began: number,
  { before, next, afterNext }: Around,
  { lookups, checks }: GoodReplies,
  { name, queries }: Candidate,
): boolean {
  const asked = new Set(queries.map(({ server }) => server));
  const isOther = (other: GoodReply) => other.name !== name && asked.has(other.server);
  return (
    lookups.some((other) => other.at > before && other.at < next && isOther(other)) ||
    checks.some((other) => other.at >= began && other.at < afterNext && isOther(other))
  );
}
const GOOD = ['NOERROR', 'NXDOMAIN'];

function wordsOf({ target }: Case, { candidate, domain, got, foundByOthers }: Stop) {
  const { name, origin } = target;
  if (domain === '.')
    return {
      title: `stops the search for ${name} at the domain \`.\`: before 1.2.4 it makes a query of it that no nameserver can read`,
      evidence: [candidateText(candidate)],
      fix: `Take \`.\` out of the search list (systemd-resolved writes \`search .\`; pod: dnsConfig.searches with dnsPolicy None), or use musl 1.2.4 or newer (Alpine 3.18 or newer). ${LEAVE_MUSL}`,
    };
  // Nobody said that a name of the log exists: that another resolver finds it does.
  const severity: Severity = foundByOthers || origin === 'configured' ? 'critical' : 'warning';
  return {
    severity,
    title: `stops the search for ${name} at ${domain}, which answers ${got}: what comes after it in the search list, and ${name} itself, is never asked for`,
    evidence: [candidateText(candidate)],
    fix: `Let the nameserver answer NXDOMAIN for ${candidate.name} (a wildcard, a stub zone or a broken forward for ${domain} does not), or take ${domain} out of the search list (pod: dnsConfig.searches with dnsPolicy None), or write the name in full, with a dot at its end${name.includes('.') ? `: \`${name}.\`` : ''}. ${LEAVE_MUSL}`,
  };
}
