import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import { createJournal } from '../../../src/journal/journal.ts';
import { createSelfRecord, MAX_LOADS } from '../../../src/journal/self-record.ts';
import { watchSelf } from '../../../src/watch/self/watch-self.ts';
import { JUDGEMENT } from '../../diagnose/judgement.ts';

const clock = Date.now;

describe('how busy the event loop is', () => {
  it('is seen of the real one', async () => {
    const record = createSelfRecord();
    const look = watchSelf(record, { clock });
    // One turn that lasts, then a wait: the loop counts what its turns take.
    await sleep(1);
    const end = performance.now() + 60;
    while (performance.now() < end);
    await sleep(1);
    look();
    await sleep(60);
    look();
    const [busy, idle] = record.loads;
    expect(busy?.busy).toBeGreaterThan(0.7);
    expect(idle?.busy).toBeLessThan(0.5);
  });

  it('is kept for a minute, and says nothing of no time at all', () => {
    const record = createSelfRecord();
    let active = 0;
    const look = watchSelf(record, { clock }, () => ({ idle: 0, active }));
    look();
    expect(record.loads).toEqual([]);
    for (let i = 0; i < 2 * MAX_LOADS; i++) {
      active += 2_000;
      look();
    }
    expect(record.loads).toHaveLength(MAX_LOADS);
  });

  it.each<[string, number[], string[]]>([
    ['at rest', [0, 0.02, 0], []],
    ['once', [0, 1, 0], []],
    ['two of three', [0, 0.95, 0.2, 0.97], ['warning event-loop-lag']],
    ['two of good three after it', [1, 1, 0, 0], ['warning event-loop-lag']],
    ['over', [1, 1, 0, 0, 0], []],
  ])('%s', (_, busy, expected) => {
    const { self, probes } = createJournal(clock);
    self.loads = busy.map((each, index) => ({ at: index * 2_000, over: 2_000, busy: each }));
    probes.totals.discarded.set('event-loop-stall', 1_200);
    const findings = diagnose({ apps: [], sources: [], probes, self }, { ...JUDGEMENT, now: 10_000 });
    expect(findings.map(({ severity, id }) => `${severity} ${id}`)).toEqual(expected);
    for (const { evidence } of findings) expect(evidence.join()).toContain('1,200 samples');
  });
});
