import type { ProbeLookup, TargetRecord } from '../../journal/probe-record.ts';
import { rulesOf } from '../../resolver/musl/rules.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { type Case, casesOf } from '../probes/models.ts';
import { candidatesOf, candidateText, type SentQuery } from '../probes/transcripts.ts';

/**
 * musl before 1.2.4 has no TCP and keeps 512 bytes of an answer: of one that is
 * truncated or longer it takes what is there, or nothing. Which release the
 * application has, its log does not tell: where it may be an old one, that is said.
 */
export const muslTruncatedNoTcp: ProbeRule = {
  id: 'musl-truncated-no-tcp',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge(probes) {
    const cases = casesOf(
      probes,
      'musl',
      (lookup, { version, target }) =>
        target.expect !== 'not-found' &&
        (!rulesOf(version).tcp || (lookup.outcome === 'ok' && versionIsGuessed(target, lookup))) &&
        lookup.queries.some(isCut),
    );
    return cases.flatMap((each) => {
      const candidate = candidatesOf(each.latest).find(({ queries }) => queries.some(isCut));
      if (!candidate) return [];
      const words = {
        ...judgeOne(each),
        evidence: [candidateText(candidate)],
        fix: `Use musl 1.2.4 or newer (Alpine 3.18 or newer) and allow TCP port 53 to the nameserver, or make the answers for ${candidate.name} fit into ${OLD_BYTES} bytes: fewer addresses, no long CNAME chain. ${LEAVE_MUSL}`,
      };
      return [verdictOf(each, words)];
    });
  },
};

/** The buffer of musl before 1.2.4. */
const OLD_BYTES = 512;

function isCut({ proto, reply }: SentQuery): boolean {
  return proto === 'udp' && reply !== null && (reply.tc || reply.bytes > OLD_BYTES);
}

/** The application is known to use musl, but not which: the newest stands for it. */
function versionIsGuessed({ app }: TargetRecord, { model }: ProbeLookup): boolean {
  return app?.model === model;
}

function judgeOne({ version, target, latest }: Case) {
  const { name } = target;
  if (rulesOf(version).tcp)
    return {
      severity: 'info' as const,
      title: `finds ${name}, but the answer does not fit into ${OLD_BYTES} bytes: with musl before 1.2.4 it would be cut, and that release has no TCP`,
    };
  return latest.outcome === 'ok'
    ? {
        severity: 'warning' as const,
        title: `finds only ${latest.addresses.length} addresses of ${name}: the answer is truncated, and this musl has no TCP`,
      }
    : { title: `cannot look ${name} up: the answer is truncated, and this musl has no TCP` };
}
