import type { Rule } from './finding.ts';
import { cgoResolverFailing } from './rules/cgo-resolver-failing.ts';
import { cgoResolverInUse } from './rules/cgo-resolver-in-use.ts';
import { edns0Disabled } from './rules/edns0-disabled.ts';
import { fileDescriptorsNearLimit } from './rules/file-descriptors-near-limit.ts';
import { goResolverFailing } from './rules/go-resolver-failing.ts';
import { loaderMissing } from './rules/loader-missing.ts';
import { logSourceStalled } from './rules/log-source-stalled.ts';
import { muslResolverFailing } from './rules/musl-resolver-failing.ts';
import { muslResolverInUse } from './rules/musl-resolver-in-use.ts';
import { resolverForced } from './rules/resolver-forced.ts';
import { resolverNotAsConfigured } from './rules/resolver-not-as-configured.ts';
import { sourcePortsExhausted } from './rules/source-ports-exhausted.ts';
import { traceOff } from './rules/trace-off.ts';

/** Every rule; a finding's id is its file's name, and its page docs/findings/<id>.md. */
export const RULES: readonly Rule[] = [
  loaderMissing,
  sourcePortsExhausted,
  fileDescriptorsNearLimit,
  muslResolverFailing,
  cgoResolverFailing,
  goResolverFailing,
  resolverNotAsConfigured,
  resolverForced,
  logSourceStalled,
  muslResolverInUse,
  cgoResolverInUse,
  edns0Disabled,
  traceOff,
];
