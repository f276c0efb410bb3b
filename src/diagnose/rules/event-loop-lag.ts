import type { Load } from '../../journal/self-record.ts';
import { grouped, time } from '../evidence.ts';
import type { JoinedRule, Known } from '../finding.ts';
import { spanOfSpell, spellOf } from '../probes/window.ts';

/** From here on timers and replies wait for their turn longer than what is measured takes. */
const BUSY = 0.9;

/** This process is short of CPU: its own times are late, and what it throws away for that is not seen. */
export const eventLoopLag: JoinedRule = {
  id: 'event-loop-lag',
  severity: 'warning',
  about: 'everything',
  judge(known) {
    const spell = spellOf(known.self?.loads ?? [], ({ busy }) => busy >= BUSY);
    const latest = spell?.bad.at(-1);
    if (!spell || !latest) return [];
    return [
      {
        subject: 'this sidecar',
        severity: 'warning',
        title: `The sidecar is short of CPU: its event loop was busy ${percent(latest)} of the time`,
        evidence: [
          `${spell.bad.length} of the last ${spell.all.length} looks, every two seconds: busy ${percent(latest)} of ${grouped(Math.round(latest.over))} ms, last ${time(latest.at)}`,
          ...discardsText(known),
        ],
        fix: 'Raise or drop the CPU limit of the sidecar’s container (`resources.limits.cpu`): throttled, it measures its own delay. If it has CPU enough, it has too much to do: fewer `probes.targets` and `probes.models`, or a log with fewer lines (GODEBUG=netdns=1 in place of 2).',
        ...spanOfSpell(spell),
      },
    ];
  },
};

function percent({ busy }: Load): string {
  return `${Math.round(busy * 100)} %`;
}

function discardsText({ probes }: Known): string[] {
  const discarded = probes?.totals.discarded.get('event-loop-stall') ?? 0;
  return discarded > 0
    ? [
        `${grouped(discarded)} samples of probes were thrown away since the start, for this process stood still meanwhile`,
      ]
    : [];
}
