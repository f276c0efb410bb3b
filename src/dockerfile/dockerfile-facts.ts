/** What a Dockerfile does with Go, as far as its text tells. Lines count from 1, as editors and SARIF do. */

/** A value and where it stands. */
export interface At<T> {
  value: T;
  line: number;
}

/** One `go build` or `go install` of a stage. */
export interface GoBuild {
  line: number;
  /** Of ENV, ARG and the command before it, later wins: `0`, `1`; absent: Go decides, by whether a C compiler is there. */
  cgoEnabled?: At<string>;
  tags: readonly string[];
  /** `-ldflags`, joined: holds `-linkmode external`, `-extldflags -static`, `-s -w`. */
  ldflags: string;
  buildmode?: string;
  cc?: At<string>;
  goos?: string;
  goarch?: string;
  /** `-o`. */
  output?: string;
}

export interface Stage {
  /** Line of FROM. */
  line: number;
  /** `AS name`. */
  name?: string;
  /** With ARGs of before the first FROM put in: `golang:1.24-alpine`. */
  image: string;
  /** Index of the stage that it is built on, where image names one. */
  from?: number;
  builds: readonly GoBuild[];
  /** Packages that apk add or apt-get install name. */
  packages: readonly At<string>[];
  /** ENV as at the end of the stage: GODEBUG, CGO_ENABLED and all others. */
  env: ReadonlyMap<string, At<string>>;
  /** COPY --from: what is taken of which stage or image. */
  copies: readonly { line: number; from: string; sources: readonly string[]; target: string }[];
  user?: At<string>;
  /** ENTRYPOINT, or CMD where there is none: the program's path or name. */
  program?: At<string>;
}

export interface DockerfileFacts {
  stages: readonly Stage[];
  /** What cannot be told, each with its line: a variable that only the build knows. */
  unknown: readonly At<string>[];
}
