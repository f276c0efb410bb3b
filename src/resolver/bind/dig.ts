import type { Resolver } from '../model.ts';

export function createDig(): Resolver {
  return {
    // biome-ignore lint/correctness/useYield: being written
    *lookup() {
      return { outcome: 'failed', error: '', addresses: [] };
    },
  };
}
