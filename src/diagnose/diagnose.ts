import type { Finding, Judgement, Known } from './finding.ts';
import { judgeBy } from './judge.ts';
import { RULES } from './rules.ts';

/** What all rules find now, most severe first. */
export function diagnose(known: Known, by: Judgement): Finding[] {
  return judgeBy(RULES, known, by);
}
