import type { ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import type { Remark } from '../../resolver/sources.ts';
import { time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { LEAVE_MUSL, verdictOf } from '../probes/case-words.ts';
import { appFamilies, appWindowOf, casesOf, factsFor, failed, partsOf } from '../probes/models.ts';
import { cut, RESOLV_CONF, someOf } from '../probes/resolv-conf-words.ts';
import { counted } from '../probes/transcripts.ts';

/**
 * musl has no search list where the line does not fit into its buffer (`char line[256]` of resolvconf.c), and uses
 * none for names of `ndots` dots or more, which others come back to (lookup_name.c, name_from_dns_search).
 */
export const muslSearchIgnored: ProbeRule = {
  id: 'musl-search-ignored',
  severity: 'critical',
  about: 'probes',
  judge(probes, _, { apps }) {
    const remark = factsFor(probes, 'musl')?.remarks.find(isLongSearch);
    return remark ? lineTooLong(probes, remark, appFamilies(probes, apps).has('musl')) : dottedNames(probes);
  },
};

function lineTooLong(probes: ProbeRecord, { line, text }: Remark, isApp: boolean): SubjectVerdict[] {
  const failing = isApp ? failingFor(probes) : [];
  return [
    {
      subject: RESOLV_CONF,
      severity: isApp ? (failing.length > 0 ? 'critical' : 'warning') : 'info',
      title: `musl ${isApp ? 'ignores' : 'would ignore'} the search list: its line has ${text.length + 1} bytes, and musl reads 255`,
      evidence: [
        `resolv.conf line ${line}, ${text.length} bytes and its newline: \`${cut(text)}\``,
        `search domains: glibc uses ${factsFor(probes, 'glibc')?.search.length ?? 0}, musl ${factsFor(probes, 'musl')?.search.length ?? 0}`,
        ...someOf(failing, 'targets'),
      ],
      fix: `Make the search line shorter than 255 bytes: fewer or shorter domains (pod: dnsConfig.searches with dnsPolicy None), or write names in full with a dot at the end. ${LEAVE_MUSL}`,
      ...(probes.files && { since: probes.files.resolvConfSeen }),
    },
  ];
}

/** Names that musl asked for as they are alone, and that another resolver finds under a search domain. */
function dottedNames(probes: ProbeRecord): SubjectVerdict[] {
  const { ndots = 1 } = factsFor(probes, 'musl') ?? {};
  const cases = casesOf(
    probes,
    'musl',
    (lookup, { target }) =>
      failed(lookup, target) &&
      dotsOf(target.name) >= ndots &&
      !target.name.endsWith('.') &&
      underDomain(target) !== undefined,
  );
  return cases.flatMap((each) => {
    const { name } = each.target;
    const other = underDomain(each.target);
    if (!other) return [];
    const words = {
      title: `asks for ${name} as it is alone: it has ${counted(dotsOf(name), 'dot')}, and with ndots:${ndots} musl tries no search domain for it`,
      evidence: [
        `${other.model} finds it as ${other.queries.at(-1)?.name}, ${time(other.at)}: ${other.addresses.slice(0, 3).join(' ')}`,
      ],
      fix: `Write the name in full: \`${other.queries.at(-1)?.name}.\`; or set ndots to ${dotsOf(name) + 1} (pod: \`dnsConfig: {options: [{name: ndots, value: "${dotsOf(name) + 1}"}]}\`). ${LEAVE_MUSL}`,
    };
    return [verdictOf(each, words)];
  });
}

const dotsOf = (name: string) => name.split('.').length - 1;

/** The latest lookup of a target by which a resolver found it under a search domain. */
function underDomain({ name, models }: TargetRecord): ProbeLookup | undefined {
  return [...models.values()]
    .flatMap(({ lookups }) => lookups.slice(-1))
    .find(({ outcome, queries }) => outcome === 'ok' && queries.at(-1)?.name.startsWith(`${name}.`));
}

/** What musl's own reading says of it: {@link LONGEST} bytes are the most that it takes. */
export function isLongSearch({ file, text }: Remark): boolean {
  return file === 'resolv.conf' && text.length > LONGEST && /^(?:search|domain)[ \t]/.test(text);
}
const LONGEST = 254;

/** Targets that the application's musl does not find, as a name without search list would not be. */
function failingFor({ targets }: ProbeRecord): string[] {
  return [...targets.values()].flatMap((target) => {
    const window = appWindowOf(target);
    const latest = window?.lookups.at(-1);
    if (!latest || partsOf(window?.model ?? '')?.family !== 'musl' || !failed(latest, target)) return [];
    const found = [...target.models.values()].find(({ lookups }) => lookups.at(-1)?.outcome === 'ok');
    // Without another resolver that finds it the name may not be there at all.
    if (!found) return [];
    return [
      `${latest.model}: ${target.name}: ${latest.outcome}, ${time(latest.at)}; ${found.model} finds ${found.lookups.at(-1)?.queries.at(-1)?.name}`,
    ];
  });
}
