import type { Network } from '../../lookup/network.ts';
import type { Result, Steps } from '../../resolver/model.ts';

/** Runs steps that always bound their waits, and leaves no socket open. */
export async function runSteps<T>(steps: Steps<T>, network: Network): Promise<T> {
  try {
    let result: Result = { result: 'done' };
    for (;;) {
      const { value, done } = steps.next(result);
      if (done) return value;
      result = value.do === 'wait' ? await network.wait(value.until) : await network.perform(value);
    }
  } finally {
    network.closeAll();
  }
}
