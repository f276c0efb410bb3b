import type { ProbeLookup, ProbeRecord, ServerCheck } from '../../journal/probe-record.ts';
import { kindOf } from '../../resolver/outcome.ts';
import type { ProbeRule } from '../finding.ts';
import { appWindowOf, partsOf } from '../probes/models.ts';
import { addressOf, forNames, IN_RESOLV_CONF } from '../probes/server-verdict.ts';
import { checkText, plainRoundsOf, usedServers } from '../probes/servers.ts';
import { shareText, spanOfSpell, spellOf } from '../probes/window.ts';

/** Nameservers of one resolv.conf that do not know the same names: what is found depends on who answers. */
export const nameserversDisagree: ProbeRule = {
  id: 'nameservers-disagree',
  severity: 'critical',
  about: 'probes',
  judge(probes) {
    const spell = spellOf(questionsOf(probes), disagree, thresholdOf(probes));
    const latest = spell?.bad.at(-1);
    if (!spell || !latest) return [];
    const names = spell.bad.map(({ name }) => name);
    const blind = latest.checks.filter((check) => saysOf(check) === 'absent').map(({ server }) => server);
    const knowing = latest.checks.filter((check) => saysOf(check) === 'found').map(({ server }) => server);
    const missed = missedBy(probes, blind).filter(({ lookup }) =>
      lookup.queries.some(({ name }) => names.includes(name)),
    );
    return [
      {
        subject: '/etc/resolv.conf',
        severity: missed.length > 0 ? 'critical' : 'warning',
        title: `The nameservers do not know the same names: ${knowing.join(', ')} finds ${latest.name}, ${blind.join(', ')} says that it is not there`,
        evidence: [
          `they disagreed in ${shareText(spell, 'questions')}${forNames(names)}`,
          ...latest.checks.map((check) => `${check.server}: ${checkText(check)}`),
          ...missed.map(
            ({ name, lookup, server }) =>
              `${lookup.model} takes the word of ${server} and does not find ${name}: ${lookup.outcome} (\`${lookup.error}\`)`,
          ),
        ],
        fix: `Resolvers take nameservers for copies of each other: name only such as know all names. Take \`nameserver ${addressOf(blind[0] ?? '')}\` out of resolv.conf ${IN_RESOLV_CONF}, and let one forwarder decide by domain: in CoreDNS a server block for the zone, \`${zoneOf(latest.name)} { forward . ${addressOf(knowing[0] ?? '')} }\`.`,
        ...spanOfSpell(spell),
      },
    ];
  },
};

interface Question {
  at: number;
  name: string;
  checks: (ServerCheck & { server: string })[];
}

/** Names take turns: with many, one has its turn once in all that is kept. */
function thresholdOf({ targets }: ProbeRecord) {
  return { bad: targets.size > MANY ? 1 : 2, of: 10, good: 6 };
}
const MANY = 5;

/** What the servers said to the same question in the same round. */
function questionsOf(probes: ProbeRecord): Question[] {
  const [first, ...others] = usedServers(probes).map((record) =>
    plainRoundsOf(record).map(({ udp }) => ({ ...udp, server: record.server })),
  );
  return (first ?? []).map((check) => {
    const same = others.flatMap((checks) => nearest(checks, check, probes.intervalMs));
    return { at: check.at, name: check.name, checks: [check, ...same] };
  });
}

/** Of the same round: no further away than half a round. */
function nearest<T extends ServerCheck>(
  checks: readonly T[],
  { name, at }: ServerCheck,
  intervalMs: number,
): T[] {
  const distance = (check: T) => Math.abs(check.at - at);
  const [best] = checks.filter((check) => check.name === name).toSorted((a, b) => distance(a) - distance(b));
  return best && distance(best) <= Math.max(intervalMs / 2, ASKED_TOGETHER_MS) ? [best] : [];
}
const ASKED_TOGETHER_MS = 1_000;

function disagree({ checks }: Question): boolean {
  const says = new Set(checks.map(saysOf));
  return says.has('found') && says.has('absent');
}

/** Other addresses are no disagreement: servers rotate and balance. Errors are no word about the name. */
function saysOf({ result }: ServerCheck): 'found' | 'absent' | undefined {
  if (result.kind !== 'reply' || result.tc) return undefined;
  if (result.rcode === 'NXDOMAIN') return 'absent';
  if (result.rcode !== 'NOERROR') return undefined;
  if (result.answers > 0) return 'found';
  return result.ra || result.aa ? 'absent' : undefined;
}

/** Targets that glibc and Go do not find, for they came to a server that does not know them. musl asks all at once. */
function missedBy({ targets }: ProbeRecord, blind: readonly string[]) {
  return [...targets.values()].flatMap((target): { name: string; lookup: ProbeLookup; server: string }[] => {
    const lookup = appWindowOf(target)?.lookups.at(-1);
    if (!lookup || kindOf(lookup.outcome) !== 'absent' || target.expect !== 'found') return [];
    if (partsOf(lookup.model)?.family === 'musl') return [];
    const server = blind.find((each) => lookup.queries.some((query) => query.server === each && query.reply));
    return server === undefined ? [] : [{ name: target.name, lookup, server }];
  });
}

function zoneOf(name: string): string {
  return name.split('.').slice(1).join('.') || '.';
}
