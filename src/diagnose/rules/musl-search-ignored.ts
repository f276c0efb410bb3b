import type { ProbeRecord } from '../../journal/probe-record.ts';
import type { Remark } from '../../resolver/sources.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_MUSL } from '../probes/case-words.ts';
import { appFamilies, appWindowOf, factsFor, failed, partsOf } from '../probes/models.ts';
import { cut, RESOLV_CONF, someOf } from '../probes/resolv-conf-words.ts';

/** `char line[256]` of musl's resolvconf.c: a search line that does not fit is no search line. */
export const muslSearchIgnored: ProbeRule = {
  id: 'musl-search-ignored',
  severity: 'critical',
  about: 'probes',
  judge(probes, _, apps) {
    const remark = factsFor(probes, 'musl')?.remarks.find(isLongSearch);
    if (!probes.files || !remark) return [];
    const isApp = appFamilies(probes, apps).has('musl');
    const failing = isApp ? failingFor(probes) : [];
    const domains = factsFor(probes, 'glibc')?.search.length ?? 0;
    return [
      {
        subject: RESOLV_CONF,
        severity: isApp ? (failing.length > 0 ? 'critical' : 'warning') : 'info',
        title: `musl ${isApp ? 'ignores' : 'would ignore'} the search list: its line has ${remark.text.length + 1} bytes, and musl reads 255`,
        evidence: [
          `resolv.conf line ${remark.line}, ${remark.text.length} bytes and its newline: \`${cut(remark.text)}\``,
          `search domains: glibc uses ${domains}, musl ${factsFor(probes, 'musl')?.search.length ?? 0}`,
          ...someOf(failing, 'targets'),
        ],
        fix: `Make the search line shorter than 255 bytes: fewer or shorter domains (pod: dnsConfig.searches with dnsPolicy None), or write names in full with a dot at the end. ${LEAVE_MUSL}`,
        since: probes.files.resolvConfSeen,
      },
    ];
  },
};

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
