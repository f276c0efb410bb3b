import { byteStringOf } from '../../dns/byte-string.ts';
import type { AppRecord } from '../../journal/app-record.ts';
import { noteLookups } from '../../journal/probe-notes.ts';
import type { Comparison, ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import type { ProcessesRecord } from '../../journal/process-record.ts';
import { differenceOf } from '../../lookup/difference.ts';
import { runLookup } from '../../lookup/run-lookup.ts';
import type { Outcome, Resolver } from '../../resolver/model.ts';
import { modelOf } from '../../resolver/models.ts';
import { kindOf } from '../../resolver/outcome.ts';
import type { Sources } from '../../resolver/sources.ts';
import { appModelFor } from './app-model.ts';
import type { Sampler } from './sampler.ts';

/** A wait that the real resolver leaves without bound ends here, ms. */
const LIMIT_MS = 30_000;
/** What a lookup is taken to send before one was seen: A and AAAA. */
const QUERIES_AT_FIRST = 2;

/** Looks targets up, each model in a process of its own that lives as long as the target is probed. */
export interface TargetProber {
  /** All models at once, so that they see the same network. */
  probe(target: TargetRecord, sources: Sources): Promise<void>;
  /** Ends the processes of targets that are probed no more. */
  keep(names: ReadonlySet<string>): void;
}

/** What stays the same from round to round. */
export interface TargetProberOptions {
  record: ProbeRecord;
  /** `app`, and names of models. */
  models: readonly string[];
  apps: () => readonly AppRecord[];
  seen: Readonly<ProcessesRecord>;
  expected: 'go' | 'cgo' | undefined;
  sampler: Sampler;
}

/** A prober of targets. */
export function createTargetProber(options: TargetProberOptions): TargetProber {
  const { record, models, apps, seen, expected, sampler } = options;
  const processes = new Map<string, Map<string, Resolver>>();

  function resolverOf(target: string, model: string): Resolver {
    const ofTarget = processes.get(target) ?? new Map<string, Resolver>();
    processes.set(target, ofTarget);
    const known = ofTarget.get(model);
    if (known) return known;
    const made = modelOf(model);
    if ('error' in made) throw new Error(made.error);
    const resolver = made.create();
    ofTarget.set(model, resolver);
    return resolver;
  }

  async function lookUp(target: TargetRecord, model: string, sources: Sources) {
    const last = target.models.get(model)?.lookups.at(-1);
    const sample = await sampler.sample(last?.queries.length ?? QUERIES_AT_FIRST, (network) =>
      runLookup({
        resolver: resolverOf(target.name, model),
        lookup: { name: byteStringOf(target.name), family: 'unspec', flags: 'go' },
        sources,
        network,
        limit: LIMIT_MS,
      }),
    );
    if (!sample) return undefined;
    // The real process would be dead, or its thread for ever in this lookup: the next one begins afresh.
    if (ENDS_PROCESS.includes(sample.value.outcome)) processes.get(target.name)?.delete(model);
    const asExpected = isExpected(sample.value.outcome, target.expect);
    return { ...sample.value, target: target.name, model, at: sample.at, asExpected } satisfies ProbeLookup;
  }

  return {
    async probe(target, sources) {
      if (models.includes('app')) {
        target.app = appModelFor(target.name, apps(), expected, seen.app);
      }
      const names = models.map((model) => (model === 'app' ? target.app?.model : canonical(model)));
      const distinct = [...new Set(names.filter((name) => name !== undefined))];
      forgetOthers(target, processes.get(target.name), distinct);
      const lookups = await Promise.all(distinct.map((model) => lookUp(target, model, sources)));
      const taken = lookups.filter((lookup) => lookup !== undefined);
      noteLookups(record, target, taken, taken.length === distinct.length ? compare(taken) : undefined);
    },
    keep(names) {
      for (const name of processes.keys()) if (!names.has(name)) processes.delete(name);
    },
  };
}

/**
 * The application's resolver may turn out to be another one than was taken:
 * what the former gave says nothing any more.
 */
function forgetOthers(
  target: TargetRecord,
  processes: Map<string, Resolver> | undefined,
  models: readonly string[],
): void {
  for (const model of target.models.keys()) {
    if (models.includes(model)) continue;
    target.models.delete(model);
    processes?.delete(model);
  }
}

function canonical(model: string): string {
  const known = modelOf(model);
  return 'error' in known ? model : known.name;
}

/**
 * How the models differ, in words, where one finds the name and another does not,
 * or cannot tell. That addresses differ is none: servers that rotate and balance
 * give every asker others; nor is the word for a failure that all models have.
 */
function compare(lookups: readonly ProbeLookup[]): Comparison | undefined {
  const [first] = lookups;
  if (!first || lookups.length < 2) return undefined;
  const kinds = new Set(lookups.map(({ outcome }) => kindOf(outcome)));
  const text = kinds.size > 1 ? differenceOf(lookups) : undefined;
  return { at: first.at, ...(text !== undefined && { text }) };
}

const ENDS_PROCESS: readonly Outcome[] = ['crash', 'hang'];

/** A name that only the log has named may well not exist: that it is answered at all is what is expected of it. */
function isExpected(outcome: Outcome, expect: TargetRecord['expect']): boolean {
  const kind = kindOf(outcome);
  if (expect === 'not-found') return kind === 'absent';
  return kind === 'found' || (expect === undefined && kind === 'absent');
}
