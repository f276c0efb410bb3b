import type { Finding } from './finding.ts';

/** A finding that was open once. */
export interface PastFinding extends Finding {
  until: string;
}

/** Which findings are open, since when, and which were. */
export interface Ledger {
  /** Takes what the rules find now. @returns what opened and what closed since the last time. */
  update(findings: Finding[], now: number): { opened: Finding[]; closed: PastFinding[] };
  open(): Finding[];
  /** Closed findings of this run, the last first; at most {@link MAX_PAST}. */
  past(): PastFinding[];
}

const MAX_PAST = 200;

/** An empty ledger. */
export function createLedger(): Ledger {
  let open = new Map<string, Finding>();
  let past: PastFinding[] = [];
  return {
    update(findings, now) {
      const opened: Finding[] = [];
      const next = new Map<string, Finding>();
      for (const finding of findings) {
        const key = keyOf(finding);
        const before = open.get(key);
        if (!before) opened.push(finding);
        // A finding that opens again is as old as its new spell, not as the log's first such line.
        const closedAt = past.find((other) => keyOf(other) === key)?.until ?? '';
        const since =
          before?.since ?? (finding.since > closedAt ? finding.since : new Date(now).toISOString());
        next.set(key, { ...finding, since });
      }
      const closed = [...open.entries()]
        .filter(([key]) => !next.has(key))
        .map(([, finding]) => ({ ...finding, until: new Date(now).toISOString() }));
      open = next;
      past = [...closed, ...past].slice(0, MAX_PAST);
      return { opened: opened.map((finding) => next.get(keyOf(finding)) ?? finding), closed };
    },
    open: () => [...open.values()],
    past: () => past,
  };
}

function keyOf({ id, subject }: Finding): string {
  return JSON.stringify([id, subject]);
}
