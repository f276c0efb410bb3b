import type { ProbeRecord } from '../../journal/probe-record.ts';
import { rulesOf } from '../../resolver/musl/rules.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { casesOf, failed } from '../probes/models.ts';
import { oneReplySpellOf } from '../probes/pairs.ts';
import { type Candidate, candidatesOf, candidateText, type Fate } from '../probes/transcripts.ts';
import { muslFastestAnswerWins } from './musl-fastest-answer-wins.ts';

/** musl 1.2.1 and newer fails where one of A and AAAA has addresses and the other no good answer (commit 5cf1ac24). */
export const muslNeedsBothFamilies: ProbeRule = {
  id: 'musl-needs-both-families',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge(probes, by, known) {
    const cases = casesOf(
      probes,
      'musl',
      (lookup, { version, target }) =>
        rulesOf(version).halves === 'both' &&
        failed(lookup, target) &&
        candidatesOf(lookup).some((each) => badHalf(each) !== undefined),
    );
    // Halves from nameservers that disagree are another matter.
    const others = new Set(muslFastestAnswerWins.judge(probes, by, known).map(({ subject }) => subject));
    return cases.flatMap((each) => {
      const candidate = candidatesOf(each.latest).find((one) => badHalf(one) !== undefined);
      const bad = candidate && badHalf(candidate);
      if (!bad || others.has(each.target.name) || isOneReplys(candidate, bad, probes)) return [];
      const { good, type, fate } = bad;
      const words = {
        title: `cannot look ${each.target.name} up: ${good} has addresses, but ${type} ${gotText(fate)}, and musl needs both answered`,
        evidence: [candidateText(candidate)],
        fix: `${fixOf(candidate.name, type, fate)} ${LEAVE_MUSL}`,
      };
      return [verdictOf(each, words)];
    });
  },
};

/** The other half would be answered from another port: that is what one-reply-per-port says. */
function isOneReplys({ queries }: Candidate, { fate }: BadHalf, { servers }: ProbeRecord): boolean {
  return (
    fate === 'silent' &&
    queries.every(({ server }) => oneReplySpellOf(servers.get(server)?.pairs ?? []) !== undefined)
  );
}

interface BadHalf {
  good: 'A' | 'AAAA';
  type: 'A' | 'AAAA';
  fate: Fate;
}

/** The half that spoils the other. One that is truncated failed over TCP, which is another matter. */
export function badHalf({ a, aaaa }: Candidate): BadHalf | undefined {
  if (a === 'answered' && isBad(aaaa)) return { good: 'A', type: 'AAAA', fate: aaaa };
  if (aaaa === 'answered' && isBad(a)) return { good: 'AAAA', type: 'A', fate: a };
  return undefined;
}

const isBad = (fate: Fate) => !['answered', 'empty', 'truncated', 'unasked'].includes(fate);

function gotText(fate: Fate): string {
  return fate === 'silent' ? 'got no answer' : `got ${fate}`;
}

function fixOf(name: string, type: string, fate: Fate): string {
  if (fate === 'silent')
    return `Let the ${type} query for ${name} be answered: look for a firewall or load balancer that drops it, or one half of a pair.`;
  return `Let the nameserver of ${name} answer ${type} with NOERROR and no records where it has none; in CoreDNS a block \`template IN ${type} ${zoneOf(name)}\` with \`rcode NOERROR\`.`;
}

function zoneOf(name: string): string {
  const [, ...parents] = name.split('.');
  return parents.length > 0 ? parents.join('.') : '.';
}
