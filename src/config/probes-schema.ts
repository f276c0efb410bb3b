import * as v from 'valibot';
import { modelOf } from '../resolver/models.ts';
import { parseDuration } from './duration.ts';
import { durationSchema } from './duration-schema.ts';

/** Below, rounds would be one long one. */
const SHORTEST_INTERVAL_MS = 100;
const MAX_TARGETS = 100;
const MAX_MODELS = 8;
const MAX_DISCOVERED = 100;
const MAX_BUDGET = 10_000;

const MODELS =
  'app, go-1.24, glibc, musl-1.2.5, nslookup or another model of `netdns-sidecar resolve --help`';
const TARGETS = 'a list such as [{name: kubernetes.default}, {name: gone.example.com, expect: not-found}]';
const NAME = 'a host name of 1 to 255 characters, without blanks';
const BUDGET = `queries a second, 1 to ${MAX_BUDGET}`;
const DISCOVER = `a number of names, 0 (none) to ${MAX_DISCOVERED}`;

/** What is probed, and how often. */
export const probesSchema = v.strictObject({
  enabled: v.optional(v.boolean('`true` or `false`'), true),
  interval: v.optional(
    v.pipe(
      durationSchema,
      v.check((text) => (parseDuration(text) ?? 0) >= SHORTEST_INTERVAL_MS, '100ms or longer'),
    ),
    '15s',
  ),
  /** `app` stands for the model of the application's own resolver. */
  models: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(MODELS),
          v.check((name) => name === 'app' || !('error' in modelOf(name)), MODELS),
        ),
        'a list of models, as in [app, nslookup]',
      ),
      v.minLength(1, 'at least one model'),
      v.maxLength(MAX_MODELS, `at most ${MAX_MODELS} models`),
    ),
    ['app', 'nslookup'],
  ),
  /** Queries a second that all probes together send at most, on average. */
  budget: v.optional(v.pipe(v.number(BUDGET), v.minValue(1, BUDGET), v.maxValue(MAX_BUDGET, BUDGET)), 20),
  targets: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          name: v.pipe(v.string(NAME), v.regex(/^[^\s\0]{1,255}$/, NAME)),
          expect: v.optional(v.picklist(['found', 'not-found'], '`found` or `not-found`'), 'found'),
        }),
        TARGETS,
      ),
      v.maxLength(MAX_TARGETS, `at most ${MAX_TARGETS} targets`),
    ),
    [],
  ),
  discover: v.optional(
    v.strictObject({
      /** Names out of the application's log that are looked up too. */
      max: v.optional(
        v.pipe(
          v.number(DISCOVER),
          v.integer(DISCOVER),
          v.minValue(0, DISCOVER),
          v.maxValue(MAX_DISCOVERED, DISCOVER),
        ),
        10,
      ),
    }),
    {},
  ),
});
