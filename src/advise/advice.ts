/** The answer to "CGO_ENABLED=0 or 1, on which base image?". */
import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { AdviceFinding } from '../dockerfile/advice-finding.ts';
import type { DockerfileFacts } from '../dockerfile/dockerfile-facts.ts';
import type { GoMod } from '../golang/go-mod.ts';
import type { GoSumModule } from '../golang/parse-go-sum.ts';
import type { BaseImageId } from '../image/base-images.ts';

/** All that was given; more of it makes the answer surer. */
export interface Question {
  binary?: BinaryFacts;
  goMod?: GoMod;
  /** Beside it; only where go.mod is of Go 1.16 or older, and does not name all modules, is it needed. */
  goSum?: readonly GoSumModule[];
  dockerfile?: DockerfileFacts;
  /** `--base`: the base image as it is named, `alpine:3.21`. */
  base?: string;
}

export interface Advice {
  /** What to build: `0`, or `1` with which libc. */
  cgoEnabled: '0' | '1';
  libc: 'none' | 'glibc' | 'musl';
  /** Base image to run on, and one to build on. */
  base: BaseImageId;
  baseImage: string;
  builderImage: string;
  tags: readonly string[];
  /** `-s -w`, `-linkmode external -extldflags -static`. */
  ldflags: string;
  /** Packages of the builder and of the run-time image. */
  buildPackages: readonly string[];
  runPackages: readonly string[];
  /** GODEBUG to set, `netdns=go`; absent: none is needed. */
  godebug?: string;
  /** Why, one line a decision, the weightiest first. */
  because: readonly string[];
  /** What tells for sure where files leave it open, to be run in the module. */
  check?: { command: string; means: string };
  findings: readonly AdviceFinding[];
  /** A whole multi-stage Dockerfile. */
  dockerfile: string;
}
