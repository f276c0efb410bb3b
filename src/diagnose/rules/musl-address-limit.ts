import type { ProbeLookup } from '../../journal/probe-record.ts';
import { MAX_ADDRESSES } from '../../resolver/musl/hosts.ts';
import { rulesOf } from '../../resolver/musl/rules.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { type Case, casesOf } from '../probes/models.ts';
import { candidatesOf, candidateText } from '../probes/transcripts.ts';

/**
 * musl returns 48 addresses at most, and since 1.2.4 fills them with AAAA
 * first, so that IPv4 may be left out wholly.
 */
export const muslAddressLimit: ProbeRule = {
  id: 'musl-address-limit',
  severity: 'warning',
  about: 'probes',
  judge: (probes) =>
    casesOf(probes, 'musl', (lookup) => hiddenBy(lookup) !== undefined).flatMap((each) => {
      const hidden = hiddenBy(each.latest);
      const candidate = candidatesOf(each.latest).at(-1);
      if (!hidden || !candidate) return [];
      const words = {
        ...judgeOne(each, hidden),
        evidence: [
          candidateText(candidate),
          `returned: ${hidden.ipv4} IPv4 and ${hidden.ipv6} IPv6 addresses`,
        ],
        fix: `Let ${candidate.name} have at most ${MAX_ADDRESSES} addresses, A and AAAA together (a ClusterIP Service instead of a headless one, a subset a zone). ${LEAVE_MUSL}`,
      };
      return [verdictOf(each, words)];
    }),
};

interface Hidden {
  /** Records that were answered, and addresses that the application gets. */
  a: number;
  aaaa: number;
  ipv4: number;
  ipv6: number;
}

/** What was answered and what of it was returned, where that is the limit and less than the answers had. */
function hiddenBy({ outcome, addresses, ...lookup }: ProbeLookup): Hidden | undefined {
  if (outcome !== 'ok' || addresses.length < MAX_ADDRESSES) return undefined;
  const answers = (type: string) =>
    Math.max(
      0,
      ...(candidatesOf(lookup).at(-1)?.queries ?? []).map((query) =>
        query.type === type && query.reply?.rcode === 'NOERROR' ? query.reply.answers : 0,
      ),
    );
  const ipv6 = addresses.filter((address) => address.includes(':')).length;
  const hidden = { a: answers('A'), aaaa: answers('AAAA'), ipv4: addresses.length - ipv6, ipv6 };
  return hidden.a + hidden.aaaa > MAX_ADDRESSES ? hidden : undefined;
}

function judgeOne({ target, version }: Case, { a, aaaa, ipv4, ipv6 }: Hidden) {
  const { first } = rulesOf(version);
  const allHidden = (a > 0 && ipv4 === 0 && 'IPv4') || (aaaa > 0 && ipv6 === 0 && 'IPv6');
  const rest = `${MAX_ADDRESSES} of ${a + aaaa} addresses of ${target.name}`;
  return allHidden
    ? {
        severity: 'warning' as const,
        title: `returns ${rest} and none of ${allHidden}: it takes ${first} first`,
      }
    : { severity: 'info' as const, title: `returns ${rest}: it takes no more` };
}
