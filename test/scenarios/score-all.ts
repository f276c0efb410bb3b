import { modelOf } from '../../src/resolver/models.ts';
import { SCENARIOS } from './all.ts';
import { CRITERIA, compare, type Score } from './compare.ts';
import { runScenario, type ScenarioRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { readTruth, type Truth } from './truth.ts';

/** A model in one scenario beside the real resolver. */
export interface Comparison {
  scenario: Scenario;
  truth: Truth;
  run: ScenarioRun;
  score: Score;
  /** All criteria agree. */
  exact: boolean;
}

/** Runs a model through all scenarios of which there is truth, or those that are wanted. */
export async function scoreAll(
  resolver: string,
  wanted: (scenario: Scenario) => boolean = () => true,
): Promise<Comparison[]> {
  const model = modelOf(resolver);
  if ('error' in model) throw new Error(model.error);
  const truths = readTruth(resolver);
  const comparisons: Comparison[] = [];
  for (const scenario of SCENARIOS) {
    const truth = truths.get(scenario.name);
    if (!truth || scenario.noDescriptors || !wanted(scenario)) continue;
    const run = await runScenario(scenario, model);
    const score = compare(resolver, truth, run);
    comparisons.push({ scenario, truth, run, score, exact: CRITERIA.every((each) => score[each]) });
  }
  return comparisons;
}
