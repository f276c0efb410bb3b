import type { PairCheck, ProbeLookup, ProbeRecord, ServerRecord } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { LEAVE_GLIBC } from '../probes/case-words.ts';
import { appModelOf, factsFor, failed, partsOf } from '../probes/models.ts';
import { isHalf } from '../probes/pairs.ts';
import { candidatesOf, candidateText, duration, type SentQuery } from '../probes/transcripts.ts';
import { NOW_AND_THEN, type Spell, shareText, spanOfSpell, spellOf } from '../probes/window.ts';

/**
 * glibc sends A and AAAA from one port. Where one of the replies is lost it waits for the whole timeout, asks again
 * one after the other, and keeps to that in this thread (resolv/res_send.c, send_dg): 5 s for each new thread.
 */
export const glibcPairFallback: ProbeRule = {
  id: 'glibc-pair-fallback',
  severity: 'critical',
  about: 'probes',
  judge(probes) {
    const lookups = glibcLookups(probes);
    const facts = factsFor(probes, 'glibc');
    if (lookups.length === 0 || !facts || facts.options.some((option) => NO_PAIR.includes(option))) return [];
    // Pairs are checked as glibc sends them without this option.
    const sendsPairs = !facts.options.includes('single-request');
    return [...probes.servers.values()]
      .filter(({ server }) => facts.nameservers.includes(server))
      .flatMap((server) => judgeServer(sendsPairs ? server : { ...server, pairs: [] }, lookups));
  },
};

/** With these there is no pair on one port. With `single-request` there is one, though not at the same time. */
const NO_PAIR = ['single-request-reopen', 'use-vc', 'no-aaaa'];

interface GlibcLookup {
  at: number;
  isApp: boolean;
  failed: boolean;
  lookup: ProbeLookup;
}

function glibcLookups({ targets }: ProbeRecord): GlibcLookup[] {
  return [...targets.values()].flatMap((target) =>
    [...target.models.values()].flatMap(({ model, lookups }) =>
      partsOf(model)?.family === 'glibc'
        ? lookups.map((lookup) => ({
            at: lookup.at,
            isApp: model === appModelOf(target),
            failed: failed(lookup, target),
            lookup,
          }))
        : [],
    ),
  );
}

function judgeServer({ server, pairs }: ServerRecord, lookups: readonly GlibcLookup[]): SubjectVerdict[] {
  const asked = lookups
    .filter(({ lookup }) => lookup.queries.some((query) => query.server === server))
    .toSorted((a, b) => a.at - b.at);
  const fellBack = asked.filter(({ lookup }) => lostHalf(lookup, server) !== undefined);
  const ofPairs = spellOf(pairs, isHalfLost, NOW_AND_THEN);
  const ofLookups = spellOf(asked, (each) => fellBack.includes(each), NOW_AND_THEN);
  const spell = ofPairs ?? ofLookups;
  const latest = fellBack.at(-1);
  if (!spell || asked.length === 0) return [];
  const ofApp = asked.some(({ isApp }) => isApp);
  const fails = latest?.isApp && latest.failed && latest === asked.findLast(({ isApp }) => isApp);
  const always = ofPairs?.bad.every(({ onePort, twoPorts }) => onePort === twoPorts);
  return [
    {
      subject: server,
      severity: ofApp ? (fails ? 'critical' : 'warning') : 'info',
      title: `${ofApp ? 'glibc' : 'An application that uses glibc'} waits for its whole timeout: ${always ? `A or AAAA gets no answer from ${server}, from whatever port` : `one reply of an A and AAAA pair from ${server} is lost, and each thread pays for it once`}`,
      evidence: [
        ...(latest ? lookupEvidence(latest.lookup, server) : []),
        ...(ofPairs ? pairEvidence(ofPairs, server) : []),
      ],
      fix: `${always ? ONE_TYPE : ONE_PORT} ${LEAVE_GLIBC}`,
      ...spanOfSpell(spell),
    },
  ];
}

const ONE_PORT =
  'Set `options single-request-reopen` (pod: `dnsConfig: {options: [{name: single-request-reopen}]}`): glibc then sends AAAA after the answer to A, and from another port. Mend the path: NodeLocal DNSCache spares the pair conntrack and its race; a middlebox that lets one reply through a port has to go.';
/** The same type is lost from two ports as well. */
const ONE_TYPE =
  'One type gets no answer from whatever port: let the nameserver answer it, if only with NOERROR and no records. If it is AAAA and the application needs none, set `options no-aaaa` (glibc 2.36 and newer; pod: `dnsConfig: {options: [{name: no-aaaa}]}`).';

const isHalfLost = ({ onePort }: PairCheck) => isHalf(onePort);

/** The query of a pair on one port that got no reply before it was asked again, its sister having got one. */
function lostHalf(lookup: ProbeLookup, server: string): SentQuery | undefined {
  // glibc asks nothing again before it has waited.
  if (lookup.durationMs < SHORTEST_WAIT_MS) return undefined;
  const queries = lookup.queries.filter((query) => query.server === server && query.proto === 'udp');
  return queries.find((query, index) => {
    const again = nextOf(query, queries.slice(index + 1));
    return (
      isLost(query, again) &&
      queries.some(
        (sister) =>
          sister.name === query.name &&
          sister.type !== query.type &&
          sister.sourcePort === query.sourcePort &&
          !isLost(sister, nextOf(sister, queries.slice(queries.indexOf(sister) + 1))),
      ) &&
      // What is asked once more after it has been waited for: the pair, one after the other.
      queries.some(({ name, atMs }) => name === query.name && atMs > query.atMs + SHORTEST_WAIT_MS)
    );
  });
}

/** glibc's timeout is a second at least. */
const SHORTEST_WAIT_MS = 900;

const nextOf = ({ name, type }: SentQuery, later: readonly SentQuery[]) =>
  later.find((query) => query.name === name && query.type === type);

function isLost({ reply }: SentQuery, again: SentQuery | undefined): boolean {
  return reply === null || (again !== undefined && reply.atMs > again.atMs);
}

function lookupEvidence(lookup: ProbeLookup, server: string): string[] {
  const { model, target, outcome, durationMs, at } = lookup;
  const lost = lostHalf(lookup, server);
  const candidate = candidatesOf(lookup).find(({ name }) => name === lost?.name);
  return [
    `${model} lost ${lost?.type} of ${lost?.name}, ${time(at)}: ${outcome} for ${target} after ${duration(durationMs)}`,
    ...(candidate ? [candidateText(candidate)] : []),
  ];
}

function pairEvidence(spell: Spell<PairCheck>, server: string): string[] {
  const lost = (type: 'a' | 'aaaa') => spell.bad.filter(({ onePort }) => onePort === type).length;
  const apart = spell.all.filter(({ twoPorts }) => isHalf(twoPorts)).length;
  return [
    `${shareText(spell, `pairs to ${server} from one port`)} lost half: A ${lost('a')} times, AAAA ${lost('aaaa')} times; from two ports ${apart} did`,
  ];
}
