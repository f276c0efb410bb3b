import type { GoMod } from '../golang/go-mod.ts';
import type { AdviceFinding } from './advice-finding.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';
import { judgeFiles } from './judge-files.ts';
import { judgeLoader, type Placed } from './judge-loader.ts';
import { judgeNative } from './judge-native.ts';
import { judgeResolver } from './judge-resolver.ts';
import { programOf } from './linkage.ts';
import { nativeUse } from './native-use.ts';
import { runtimeOf } from './runtime.ts';
import { chainOf, finalStages, shippedIn } from './stages.ts';

/** crypto/x509.SetFallbackRoots: certificates within the program. */
const FALLBACK_ROOTS = 'golang.org/x/crypto/x509roots/fallback';

/** Other systems have other rules: nothing is said of their programs. */
const LINUX = /^(?:linux|\$.*|)$/;

/**
 * What is wrong in a Dockerfile, by line: with each program that a stage runs, how it was built, and what the stage is
 * built on. A healthy one has nothing.
 *
 * @param goMod which modules bring C; without it only what a program without such modules does is told
 */
export function judgeDockerfile(facts: DockerfileFacts, goMod?: GoMod): AdviceFinding[] {
  const found = new Map<string, AdviceFinding>();
  for (const placed of placedIn(facts, goMod)) {
    const judged = [judgeLoader, judgeNative, judgeFiles, judgeResolver].flatMap((judge) => judge(placed));
    for (const finding of judged) {
      const key = `${finding.id} ${finding.line} ${finding.title}`;
      if (!found.has(key)) found.set(key, finding);
    }
  }
  return [...found.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Every program with the stage that it is run in. */
function placedIn(facts: DockerfileFacts, goMod: GoMod | undefined): Placed[] {
  const goFallbackRoots = goMod?.requires.some(({ path }) => path === FALLBACK_ROOTS) ?? false;
  return finalStages(facts).flatMap((stage) => {
    const runtime = runtimeOf(chainOf(facts, stage));
    return shippedIn(facts, stage)
      .filter(({ build }) => LINUX.test(build.goos ?? ''))
      .map((shipped) => {
        const natives = nativeUse(goMod, shipped.build.tags);
        const program = programOf(shipped.build, shipped.builder, natives);
        return { shipped, program, runtime, natives, goFallbackRoots };
      });
  });
}
