import * as v from 'valibot';
import { parseDuration } from './duration.ts';

const EXPECTED = 'a duration such as 500ms, 15s, 5m or 1h';

/** A duration as it is written in the configuration. */
export const durationSchema = v.pipe(
  v.string(EXPECTED),
  v.check((text) => parseDuration(text) !== undefined, EXPECTED),
);
