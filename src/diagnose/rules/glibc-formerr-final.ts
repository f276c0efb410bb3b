import type { ProbeLookup, ProbeRecord } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_GLIBC, verdictOf } from '../probes/case-words.ts';
import { casesOf, factsFor, failed } from '../probes/models.ts';
import { candidatesOf, candidateText, type SentQuery } from '../probes/transcripts.ts';

/**
 * To glibc FORMERR, and every rcode it does not know, is an answer: no other
 * server is asked (resolv/res_send.c, send_dg).
 */
export const glibcFormerrFinal: ProbeRule = {
  id: 'glibc-formerr-final',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge: (probes) =>
    casesOf(
      probes,
      'glibc',
      (lookup, { target }) => failed(lookup, target) && finalError(lookup) !== undefined,
    ).flatMap((each) => {
      const query = finalError(each.latest);
      const candidate = candidatesOf(each.latest).find(({ name }) => name === query?.name);
      if (!query || !candidate) return [];
      const left = notAsked(probes, each.latest);
      const rcode = query.reply?.rcode ?? '';
      const words = {
        title: `takes ${rcode} from ${query.server} for the last word: ${each.target.name} is not found${left.length > 0 ? `, and ${left.join(', ')} is never asked` : ''}`,
        evidence: [
          candidateText(candidate),
          query.edns === null
            ? 'the query had no EDNS'
            : `the query had EDNS, ${query.edns} bytes: \`options edns0\``,
        ],
        fix: `${fixOf(query)} ${LEAVE_GLIBC}`,
      };
      return [verdictOf(each, words)];
    }),
};

/** RFC 1035 section 4.1.1, and what glibc does with the rest: it goes to the next server after these. */
const NOT_FINAL = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'NOTIMP', 'REFUSED'];

/** The query that got an rcode at which glibc asks nobody else. */
function finalError({ queries }: ProbeLookup): SentQuery | undefined {
  return queries.find(({ reply }) => reply && !NOT_FINAL.includes(reply.rcode));
}

function notAsked(probes: ProbeRecord, { queries }: ProbeLookup): string[] {
  const servers = factsFor(probes, 'glibc')?.nameservers ?? [];
  return servers.filter((server) => !queries.some((query) => query.server === server));
}

function fixOf({ edns, server }: SentQuery): string {
  return edns === null
    ? `Replace or mend the nameserver ${server}: it calls a plain query malformed. Until then put a working one first in resolv.conf (pod: dnsConfig.nameservers with dnsPolicy None).`
    : `Take \`edns0\` out of the options of resolv.conf and RES_OPTIONS (pod: the entry \`{name: edns0}\` of dnsConfig.options), or let ${server} bear EDNS (RFC 6891).`;
}
