import { isDirectory } from '../golang/parse-go-mod.ts';
import type { Advice, Question } from './advice.ts';
import { type Decision, decide } from './decision.ts';
import { dockerfileText } from './dockerfile-text.ts';
import { adviceFindings } from './findings.ts';
import { buildPackages, runPackages } from './packages.ts';
import { buildReason, checkFor, reasons } from './reasons.ts';

/**
 * The answer to "CGO_ENABLED=0 or 1, on which base image?". What a binary has in it is taken before what go.mod
 * requires, and the image that is asked for is kept wherever what is built can start on it.
 */
export function advise(question: Question): Advice {
  const decision = decide(question);
  const { target, cgoEnabled, tags, modules } = decision;
  const packages = {
    buildPackages: buildPackages(target, modules),
    runPackages: runPackages(target, modules),
  };
  const { libc, base, baseImage, builderImage } = target;
  const godebug = godebugFor(decision);
  const check = checkFor(decision, question);
  const told = { cgoEnabled, tags, ldflags: ldflagsFor(decision), ...packages, ...(godebug && { godebug }) };
  return {
    ...told,
    ...{ libc, base, baseImage, builderImage },
    because: reasons(decision, question),
    ...(check && { check }),
    findings: adviceFindings(decision, question),
    dockerfile: dockerfileText({
      ...{ ...told, target, why: buildReason(decision) },
      byHand: { build: byHand(modules.filter(({ code }) => code !== 'loaded')), run: byHand(modules) },
      hasDirectories: question.goMod?.replaces.some(({ by }) => isDirectory(by)) ?? false,
      mainPackage: decision.given.mainPackage ?? '.',
    }),
  };
}

function byHand(modules: Decision['modules']): string[] {
  return modules.flatMap(({ byHand }) => byHand ?? []);
}

function ldflagsFor({ target }: Decision): string {
  const isMuslStatic = target.libc === 'musl' && target.linking === 'static';
  return isMuslStatic ? '-s -w -linkmode external -extldflags "-static"' : '-s -w';
}

/** musl's resolver is not as glibc's: Go's own is kept, unless libc's was asked for, or Go's is by a tag. */
function godebugFor({ target, tags, wish }: Decision): string | undefined {
  const isSettled = wish !== undefined || tags.includes('netgo');
  return target.libc === 'musl' && !isSettled ? 'netdns=go' : undefined;
}
