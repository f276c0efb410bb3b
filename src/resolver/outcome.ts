import type { Outcome } from './model.ts';

/**
 * What a lookup comes to, whichever resolver’s word it has: the name has addresses, nameservers say that it has none,
 * or it is not known.
 */
export function kindOf(outcome: Outcome): 'found' | 'absent' | 'failed' {
  if (outcome === 'ok') return 'found';
  return outcome === 'not-found' || outcome === 'no-data' ? 'absent' : 'failed';
}
