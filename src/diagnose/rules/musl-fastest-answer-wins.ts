import type { ModelWindow, ProbeRecord, ServerCheck, TargetRecord } from '../../journal/probe-record.ts';
import { WINDOW } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { LEAVE_MUSL } from '../probes/case-words.ts';
import { appModelOf, factsFor, partsOf } from '../probes/models.ts';
import { addressOf } from '../probes/server-verdict.ts';
import { duration } from '../probes/transcripts.ts';
import { AT_ONCE, type Spell, shareText, spanOfSpell, spellOf, USUAL } from '../probes/window.ts';

/**
 * musl asks all nameservers at once and takes the first NOERROR or NXDOMAIN:
 * where they disagree, it is chance what it finds.
 */
export const muslFastestAnswerWins: ProbeRule = {
  id: 'musl-fastest-answer-wins',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge(probes) {
    // A name has its turn once in as many rounds as there are targets: with many, once is all that is kept.
    const threshold = WINDOW / probes.targets.size >= USUAL.of ? USUAL : AT_ONCE;
    return [...probes.targets.values()].flatMap((target) => {
      const window = muslWindowOf(target);
      const spell = spellOf(asked(probes, target.name), disagree, threshold);
      return window && spell ? [verdict(target, window, spell)] : [];
    });
  },
};

/** The servers' answers to one question in one round. */
interface Asked {
  at: number;
  checks: (ServerCheck & { server: string })[];
}

function muslWindowOf(target: TargetRecord): ModelWindow | undefined {
  const ofMusl = [...target.models.values()].filter(({ model }) => partsOf(model)?.family === 'musl');
  return ofMusl.find(({ model }) => model === appModelOf(target)) ?? ofMusl.at(-1);
}

/** What the nameservers that musl uses said in the rounds in which a target had its turn. */
function asked(probes: ProbeRecord, target: string): Asked[] {
  const used = factsFor(probes, 'musl')?.nameservers ?? [];
  const [first = [], ...others] = used.map((server) =>
    (probes.servers.get(server)?.checks ?? [])
      .filter((check) => check.proto === 'udp' && !check.edns && check.target === target)
      .map((check) => ({ ...check, server })),
  );
  return first.map((check) => {
    const same = others.map((checks) => nearest(checks, check)).filter((each) => each !== undefined);
    return { at: check.at, checks: [check, ...same] };
  });
}

function nearest<T extends ServerCheck>(checks: readonly T[], { name, at }: ServerCheck): T | undefined {
  const [best] = checks
    .filter((check) => check.name === name)
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  return best;
}

function disagree({ checks }: Asked): boolean {
  const says = new Set(checks.map(saysOf));
  return says.has('found') && says.has('absent');
}

/** Undefined for what musl does not take for an answer, and for what it asks again over TCP. */
function saysOf({ result }: ServerCheck): 'found' | 'absent' | undefined {
  if (result.kind !== 'reply' || result.tc) return undefined;
  if (result.rcode === 'NOERROR') return result.answers > 0 ? 'found' : 'absent';
  return result.rcode === 'NXDOMAIN' ? 'absent' : undefined;
}

function verdict(target: TargetRecord, { model, lookups }: ModelWindow, spell: Spell<Asked>): SubjectVerdict {
  const isApp = model === appModelOf(target);
  const found = lookups.filter(({ outcome }) => outcome === 'ok').length;
  const fails = lookups.at(-1)?.outcome !== 'ok';
  const checks = spell.bad.at(-1)?.checks ?? [];
  const absent = checks.find((check) => saysOf(check) === 'absent');
  return {
    subject: target.name,
    severity: isApp ? (fails ? 'critical' : 'warning') : 'info',
    title: `${isApp ? model : `An application that uses ${model}`} finds ${target.name} or does not, as the nameserver that is fastest says`,
    evidence: [
      ...checks.map(checkText),
      `${model} found it in ${found} of its last ${lookups.length} lookups`,
      `the nameservers disagreed in ${shareText(spell, `rounds that asked for ${target.name}`)}`,
    ],
    fix: `Name only nameservers in resolv.conf that know the same names: take ${absent ? addressOf(absent.server) : 'the other one'} out, or let one forwarder decide by domain (CoreDNS: a server block for each zone with its \`forward\`). ${LEAVE_MUSL}`,
    ...spanOfSpell(spell),
  };
}

function checkText({ server, name, type, at, durationMs, result }: ServerCheck & { server: string }): string {
  const said =
    result.kind !== 'reply'
      ? result.kind
      : result.rcode === 'NOERROR'
        ? `NOERROR, ${result.addresses.slice(0, 3).join(' ') || 'no records'}`
        : result.rcode;
  return `${server}: ${type} of ${name}: ${said} after ${duration(durationMs)}, ${time(at)}`;
}
