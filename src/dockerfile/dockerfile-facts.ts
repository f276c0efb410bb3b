/** What a Dockerfile does with Go, as far as its text tells. Lines count from 1, as editors and SARIF do. */

/** A value and where it stands. What only the build knows stays as it is written, with its `$`. */
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
  /** With the line of GOFLAGS where that sets it. */
  buildmode?: At<string>;
  cc?: At<string>;
  goos?: string;
  goarch?: string;
  /** What is built, as it is written: `./cmd/server`; empty: the directory that it runs in. */
  packages: readonly string[];
  /** Where the program comes to lie, from the root: a file, or with a `/` at its end only a directory is told. */
  output: string;
}

export interface Stage {
  /** Line of FROM. */
  line: number;
  /** `AS name`. */
  name?: string;
  /** With ARGs of before the first FROM put in: `golang:1.24-alpine`. */
  image: string;
  /** `--platform`: `linux/amd64`, `$BUILDPLATFORM`. */
  platform?: string;
  /** Index of the stage that it is built on, where image names one. */
  from?: number;
  builds: readonly GoBuild[];
  /** Packages that apk add, apt-get install or dnf install name. */
  packages: readonly At<string>[];
  /** Programs that may build, and that the text does not show: `make`, `./build.sh`. */
  scripts: readonly At<string>[];
  /** Files that commands of RUN write, by redirection, ln, cp and mv. */
  writes: readonly At<string>[];
  /** ENV as at the end of the stage, with that of the stage it is built on: GODEBUG, CGO_ENABLED and all others. */
  env: ReadonlyMap<string, At<string>>;
  /** COPY and ADD. Paths are from the root. */
  copies: readonly Copy[];
  user?: At<string>;
  /** ENTRYPOINT, or CMD where there is none: the program's path or name. */
  program?: At<string>;
}

export interface Copy {
  line: number;
  /** `--from`: index of a stage, or name of an image; absent: of the build context. */
  from?: number | string;
  sources: readonly string[];
  target: string;
}

export interface DockerfileFacts {
  stages: readonly Stage[];
  /** What cannot be told, each with its line: a variable that only the build knows, a script. */
  unknown: readonly At<string>[];
}
