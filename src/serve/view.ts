import type { AppFacts } from '../diagnose/app-facts.ts';
import type { Finding } from '../diagnose/finding.ts';
import type { PastFinding } from '../diagnose/ledger.ts';
import type { Journal } from '../journal/journal.ts';

/** All that is served: read when a request comes, never kept. */
export interface View {
  journal: Journal;
  /** Judges anew, and gives the findings that are open now. */
  findings(): Finding[];
  /**
   * What was open when it was last judged, a few seconds ago at most: for a
   * scrape, which is to cost next to nothing.
   */
  lastFindings(): Finding[];
  past(): PastFinding[];
  /** What is known of each application now. */
  apps(): AppFacts[];
  /** Every log source has been looked at once. */
  ready(): boolean;
}
