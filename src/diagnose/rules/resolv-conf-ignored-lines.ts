import type { DialectFacts, ProbeRecord } from '../../journal/probe-record.ts';
import type { Remark } from '../../resolver/sources.ts';
import type { ProbeRule, Severity, SubjectVerdict } from '../finding.ts';
import { appFamilies, appWindowOf, factsFor } from '../probes/models.ts';
import { RESOLV_CONF, remarkLine, someOf } from '../probes/resolv-conf-words.ts';
import { isLongSearch } from './musl-search-ignored.ts';

/** Lines of resolv.conf that the application's resolver does not heed as they stand. */
export const resolvConfIgnoredLines: ProbeRule = {
  id: 'resolv-conf-ignored-lines',
  severity: 'critical',
  about: 'probes',
  judge(probes, _, { apps }) {
    const verdicts = [...appFamilies(probes, apps)].flatMap((family) => {
      const facts = factsFor(probes, family);
      return facts ? judgeFamily(facts, probes) : [];
    });
    const rank = (severity: Severity) => ['critical', 'warning', 'info'].indexOf(severity);
    return verdicts.toSorted((a, b) => rank(a.severity) - rank(b.severity)).slice(0, 1);
  },
};

function judgeFamily(facts: DialectFacts, probes: ProbeRecord): SubjectVerdict[] {
  const { dialect, remarks, nameservers } = facts;
  const ignored = remarks.filter((remark) => isMeant(remark, dialect));
  if (ignored.length === 0 || !probes.files) return [];
  const who = dialect === 'go' ? 'Go’s resolver' : dialect;
  const unused = unusedServers(facts, probes);
  const isFallback = nameservers.every((server) => LOOPBACK.includes(server)) && ignored.some(isNameserver);
  const evidence = [
    ...someOf(ignored.map(remarkLine), 'lines or words', 8),
    `${who} uses ${nameservers.join(', ')}; search ${facts.search.join(' ') || 'nothing'}; ndots:${facts.ndots} timeout:${facts.timeout} attempts:${facts.attempts}`,
  ];
  return [
    {
      subject: RESOLV_CONF,
      ...(isFallback || unused.length > 0
        ? {
            severity: isFallback && allFail(probes) ? ('critical' as const) : ('warning' as const),
            title: isFallback
              ? `${who} takes no nameserver from resolv.conf and asks ${nameservers.join(' and ')}`
              : `${who} does not use the nameserver ${unused.join(', ')} of resolv.conf`,
          }
        : {
            severity: 'info' as const,
            title: `${who} does not heed ${ignored.length === 1 ? 'a line or word' : `${ignored.length} lines or words`} of resolv.conf as it stands`,
          }),
      evidence,
      fix: FIX,
      since: probes.files.resolvConfSeen,
    },
  ];
}

const FIX =
  'Correct the lines above: each keyword in the first column, one address without a port after `nameserver`, three nameservers at most, one `search` line, comments on lines of their own, and no carriage returns (`sed "s/\\r$//"`). In a pod write `dnsConfig` (nameservers, searches, options) and let the kubelet write the file.';

/** What every resolver asks that knows no nameserver. */
const LOOPBACK = ['127.0.0.1:53', '[::1]:53'];

/** Nameservers of the first three lines that this family passes over. */
function unusedServers({ nameservers }: DialectFacts, { servers }: ProbeRecord): string[] {
  return [...servers.values()]
    .filter(({ server, position }) => position < 3 && !nameservers.includes(server))
    .map(({ server }) => server);
}

function allFail({ targets }: ProbeRecord): boolean {
  const latest = [...targets.values()].flatMap((target) => appWindowOf(target)?.lookups.slice(-1) ?? []);
  return latest.length > 0 && latest.every(({ asExpected }) => !asExpected);
}

/** A line that was to name a server: some dialects keep the line, some the address alone. */
function isNameserver({ text, reason }: Remark): boolean {
  return /nameserver/.test(text) || /address/.test(reason);
}

/** Whether a remark is worth a look: not what does no harm, nor what is a finding of its own. */
function isMeant({ file, text, reason, line }: Remark, dialect: DialectFacts['dialect']): boolean {
  if (file !== 'resolv.conf' && file !== 'environment') return false;
  // systemd-resolved and Debian write these for glibc; the others do without.
  if (HARMLESS.includes(text)) return false;
  if (isTrailingComment(text, reason)) return false;
  if (dialect !== 'musl') return true;
  return !isLongSearch({ file, text, reason, line }) && !/^(?:attempts|timeout):0+$/.test(text);
}
const HARMLESS = ['edns0', 'trust-ad'];

/** `nameserver 192.0.2.53 # the old one`: not read, and not meant to be. */
function isTrailingComment(text: string, reason: string): boolean {
  return /ignored: [#;]/.test(reason) || (/^[#;]/.test(text) && /ignored$/.test(reason));
}
