import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { AdviceFinding } from '../dockerfile/advice-finding.ts';
import { judgeDockerfile } from '../dockerfile/judge-dockerfile.ts';
import { minorIn } from '../golang/versions.ts';
import { BASE_IMAGES, baseImageOf, glibcOf, imageOf } from '../image/base-images.ts';
import { judgeStart } from '../image/starts.ts';
import type { Question } from './advice.ts';
import type { Decision } from './decision.ts';

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

/** What is wrong in what was given: the binary, go.mod, and the Dockerfile line by line; the worst first. */
export function adviceFindings(decision: Decision, question: Question): AdviceFinding[] {
  const { binary, dockerfile, goMod } = question;
  const findings = [
    ...(dockerfile ? judgeDockerfile(dockerfile, goMod) : []),
    ...(binary ? binaryFindings(binary, decision) : []),
    ...(goMod ? goModFindings(decision, question) : []),
  ];
  return findings.sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.line ?? 0) - (b.line ?? 0));
}

function binaryFindings(binary: BinaryFacts, decision: Decision): AdviceFinding[] {
  return [...startFindings(binary, decision), ...staticGlibc(binary), ...stubFindings(binary, decision)];
}

const TITLES = {
  'loader-missing': 'The binary does not start on',
  'pie-needs-loader': 'Built without cgo as a PIE, the binary asks for a loader and does not start on',
  'compat-loader': 'A binary that was built for glibc runs by musl’s loader on',
} as const;

function startFindings(binary: BinaryFacts, { given, cgoEnabled, target }: Decision): AdviceFinding[] {
  const base = given.image === undefined ? undefined : baseImageOf(given.image);
  if (base === undefined) return [];
  const verdict = judgeStart(binary, imageOf(base, binary, glibcOf(given.image ?? '')));
  return verdict.findings.map((id) => ({
    ...{ id, severity: id === 'compat-loader' ? 'warning' : 'critical', file: 'binary' },
    title: `${TITLES[id]} ${given.image}`,
    evidence: [
      verdict.why,
      `linked ${binary.linkage}${binary.interpreter ? `, PT_INTERP ${binary.interpreter}` : ''}`,
    ],
    fix: `Build it as below: CGO_ENABLED=${cgoEnabled} in ${target.builderImage}, for ${target.baseImage}.`,
  }));
}

/** glibc's getaddrinfo loads libnss_*.so of its own release also from a static program. */
function staticGlibc({ linkage, libc, cgoResolver, cgoResolverBecause }: BinaryFacts): AdviceFinding[] {
  const isStatic = linkage === 'static' || linkage === 'static-pie';
  if (!isStatic || libc !== 'glibc' || cgoResolver !== 'present') return [];
  return [
    {
      ...{ id: 'static-glibc-cgo', severity: 'warning', file: 'binary' },
      title:
        'glibc’s getaddrinfo is linked in statically: it still loads glibc’s own libraries when it looks a name up',
      evidence: [`linked ${linkage} with glibc`, cgoResolverBecause],
      fix: 'Build with -tags netgo,osusergo, or with musl (in golang:…-alpine), or dynamically for gcr.io/distroless/base-debian12.',
    },
  ];
}

function stubFindings({ build }: BinaryFacts, { uses }: Decision): AdviceFinding[] {
  if (build?.settings.get('CGO_ENABLED') !== '0') return [];
  return uses
    .filter(({ module, told }) => told === 'binary' && module.withoutCgo === 'error')
    .map(({ path, module }) => ({
      ...{ id: 'native-module-without-cgo', severity: 'critical', file: 'binary' },
      title: `${path} was built without cgo, and fails when it is used`,
      evidence: ['CGO_ENABLED=0 in the build information', `its error: ${module.stub}`],
      fix: `Build with CGO_ENABLED=1, as below${module.pureGo ? `; or use ${module.pureGo.path}, which is pure Go` : ''}.`,
    }));
}

function goModFindings(decision: Decision, question: Question): AdviceFinding[] {
  return [
    ...edns0(question),
    ...netdnsWithoutCgo(decision, question),
    // A Dockerfile or a binary tells by itself how it was built.
    ...(question.binary || question.dockerfile ? [] : loaderForModule(decision)),
  ];
}

/** internal/godebugs/table.go: netedns0 changed in 1.19; cmd/go takes `go 1.16` where go.mod has no go line. */
const EDNS0_SINCE = 19;

function edns0({ goMod }: Question): AdviceFinding[] {
  const { go, godebug } = goMod ?? {};
  const minor = minorIn(godebug?.get('default')?.value ?? go?.version ?? '1.16');
  if (minor === undefined || minor >= EDNS0_SINCE || godebug?.has('netedns0')) return [];
  return [
    {
      ...{ id: 'edns0-disabled', severity: 'info', file: 'go.mod', ...(go && { line: go.line }) },
      title: 'Go’s resolver will send no EDNS0: answers of more than 512 bytes are asked for again over TCP',
      evidence: [
        go
          ? `go ${go.version}: Go 1.21 and newer compile netedns0=0 in for 1.18 and older`
          : 'no go line: Go 1.21 and newer take it for 1.16, and compile netedns0=0 in',
      ],
      fix: 'go mod edit -go=1.19 or newer; or the line godebug netedns0=1 in go.mod.',
    },
  ];
}

function netdnsWithoutCgo({ wish }: Decision, { goMod, binary }: Question): AdviceFinding[] {
  const netdns = goMod?.godebug.get('netdns');
  const isBuiltWithout = binary?.build?.settings.get('CGO_ENABLED') === '0';
  if (wish === undefined || !netdns || !isBuiltWithout) return [];
  return [
    {
      ...{ id: 'resolver-not-as-configured', severity: 'warning', file: 'go.mod', line: netdns.line },
      title: 'go.mod asks for libc’s resolver, and the binary was built without cgo: Go’s own is used',
      evidence: [`godebug netdns=${netdns.value}`, 'CGO_ENABLED=0 in the build information'],
      fix: 'Build with CGO_ENABLED=1, as below; or take the line out of go.mod.',
    },
  ];
}

function loaderForModule({ given, uses, target }: Decision): AdviceFinding[] {
  const base = given.image === undefined ? undefined : baseImageOf(given.image);
  const use = uses.find(({ needsCgo }) => needsCgo);
  if (!use || base === undefined || BASE_IMAGES[base].libc) return [];
  return [
    {
      ...{
        id: 'loader-missing',
        severity: 'warning',
        file: 'go.mod',
        ...(use.line !== undefined && { line: use.line }),
      },
      title: `${use.path} needs cgo: unless it is linked statically, the binary does not start on ${given.image}`,
      evidence: [`${given.image} has no loader and no libc`, `${use.path} is ${use.module.what}`],
      fix: `Build it as below, in ${target.builderImage} for ${target.baseImage}.`,
    },
  ];
}
