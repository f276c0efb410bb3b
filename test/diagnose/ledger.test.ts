import { expect, it } from 'vitest';
import type { Finding } from '../../src/diagnose/finding.ts';
import { createLedger } from '../../src/diagnose/ledger.ts';

const finding = (since: string, id = 'go-resolver-failing'): Finding => ({
  id,
  severity: 'critical',
  title: '',
  since,
  subject: 'app',
  evidence: [],
  fix: '',
  runbook: '',
  lastSeen: since,
  count: null,
});
const at = (second: number) => Date.parse('2026-11-23T10:00:00Z') + second * 1_000;
const iso = (second: number) => new Date(at(second)).toISOString();

it('keeps since when a finding is open, and what was open before', () => {
  const ledger = createLedger();
  expect(ledger.update([finding(iso(0))], at(5)).opened).toHaveLength(1);
  expect(ledger.update([finding(iso(3))], at(6)).opened).toEqual([]);
  expect(ledger.open()[0]?.since).toBe(iso(0));
  expect(ledger.update([], at(9)).closed).toMatchObject([{ since: iso(0), until: iso(9) }]);
  expect([ledger.open(), ledger.past()]).toMatchObject([[], [{ until: iso(9) }]]);
});

it('a finding that opens again is as old as its new spell', () => {
  const ledger = createLedger();
  ledger.update([finding(iso(0))], at(1));
  ledger.update([], at(2));
  // The same kind of failure as before keeps its first time.
  ledger.update([finding(iso(0))], at(7));
  expect(ledger.open()[0]?.since).toBe(iso(7));
});

it('keeps a bounded past', () => {
  const ledger = createLedger();
  for (let i = 0; i < 1_000; i++) ledger.update([finding(iso(i), `id-${i}`)], at(i));
  expect(ledger.past().length).toBeLessThanOrEqual(200);
});
