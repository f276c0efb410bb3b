import type { JoinedRule } from '../finding.ts';
import { portCostText } from '../kernel/port-cost.ts';
import { portExhaustionOf } from '../kernel/port-exhaustion.ts';
import { portFix } from '../kernel/port-fix.ts';
import { portEvidence, usedText } from '../kernel/port-words.ts';
import { hardlyAnyLeft, nearSince, type PortPressure, portPressureOf, portRiseOf } from '../kernel/ports.ts';
import { closesBelow } from '../kernel/stands.ts';
import { about, ownNamespace, percent } from '../kernel/words.ts';

/** Source ports are nearly used up, or will be within minutes: then lookups fail at once. */
export const sourcePortsNearExhaustion: JoinedRule = {
  id: 'source-ports-near-exhaustion',
  severity: 'critical',
  about: 'everything',
  judge(known, by) {
    const { kernel } = known;
    const pressure = portPressureOf(kernel, by);
    if (!kernel || !pressure) return [];
    const since = nearSince(pressure, by.sourcePortRatio);
    if (since === undefined || portExhaustionOf(known, by)) return [];
    if (isOver(pressure, since, by.sourcePortRatio)) return [];
    const fullIn = portRiseOf(pressure)?.fullIn;
    const forecast = fullIn === undefined ? '' : `, all of them in about ${about(fullIn)}`;
    return [
      {
        subject: ownNamespace(kernel),
        severity: hardlyAnyLeft(pressure) ? 'critical' : 'warning',
        title: `${usedText(pressure)} source ports are taken (${percent(Math.min(1, pressure.last.ratio))})${forecast}`,
        evidence: [...portEvidence(pressure, kernel), ...portCostText(known, by)],
        fix: portFix(pressure, kernel, known.processes),
        since,
      },
    ];
  },
};

/** None was left in this spell, which was another finding, and now there are enough: this one is not to follow it. */
function isOver({ samples, last }: PortPressure, since: number, threshold: number): boolean {
  return last.ratio < closesBelow(threshold) && samples.some(({ at, ratio }) => at >= since && ratio >= 1);
}
