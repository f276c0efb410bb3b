import { tagsIn } from '../../golang/build-tags.ts';
import { NEWEST_KNOWN, OLDEST_KNOWN } from '../../golang/lookup-order.ts';
import { TAGS, type Tag } from '../../golang/lookup-order-case.ts';
import { type Minor, minorIn, minorText } from '../../golang/versions.ts';
import { parseOptions, UsageError } from '../command.ts';

/** What a call of `predict` asks for. */
export interface PredictOptions {
  names: string[];
  go: Minor;
  cgo: boolean;
  tags: Tag[];
  preferGo: boolean;
  /** In place of the environment's. */
  godebug?: string;
  root: string;
  resolvConf?: string;
  nsswitch?: string;
  json: boolean;
}

/** `#error`-like file in Go's own net package: since 1.21 the two tags do not compile together. */
const TAGS_EXCLUDE_EACH_OTHER_SINCE: Minor = 21;

/** @throws UsageError that says what was expected */
export function predictOptions(args: string[]): PredictOptions {
  const { values, positionals } = parseOptions('predict', {
    args,
    allowPositionals: true,
    options: {
      go: { type: 'string', default: minorText(NEWEST_KNOWN) },
      cgo: { type: 'boolean', default: false },
      'no-cgo': { type: 'boolean', default: false },
      tags: { type: 'string', multiple: true, default: [] },
      'prefer-go': { type: 'boolean', default: false },
      godebug: { type: 'string' },
      root: { type: 'string', default: '/' },
      'resolv-conf': { type: 'string' },
      nsswitch: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { godebug, 'resolv-conf': resolvConf, nsswitch } = values;
  if (positionals.length === 0 || positionals.includes(''))
    throw new UsageError('no name to predict for: see netdns-sidecar predict --help');
  if (values.cgo && values['no-cgo']) throw new UsageError('--cgo and --no-cgo: a build is one or the other');
  const go = minorOf(values.go);
  return {
    names: positionals,
    go,
    cgo: !values['no-cgo'],
    tags: tagsOf(values.tags, go),
    preferGo: values['prefer-go'],
    ...(godebug !== undefined && { godebug: godebug.replace(/^GODEBUG=/, '') }),
    root: values.root,
    ...(resolvConf !== undefined && { resolvConf }),
    ...(nsswitch !== undefined && { nsswitch }),
    json: values.json,
  };
}

function minorOf(written: string): Minor {
  const minor = minorIn(written);
  if (minor !== undefined && minor >= OLDEST_KNOWN) return minor;
  throw new UsageError(
    `--go ${JSON.stringify(written)}: expected a release from ${minorText(OLDEST_KNOWN)} on, as 1.24 or go1.24.4`,
  );
}

/** As -tags of go build takes them; tags that do not matter here may stand among them. */
function tagsOf(lists: string[], go: Minor): Tag[] {
  const given = lists.flatMap(tagsIn);
  const tags = TAGS.filter((tag) => given.includes(tag));
  if (tags.length > 1 && go >= TAGS_EXCLUDE_EACH_OTHER_SINCE)
    throw new UsageError('--tags netgo,netcgo: since Go 1.21 the two do not compile together; give one');
  return tags;
}
