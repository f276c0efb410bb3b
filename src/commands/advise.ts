import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Question } from '../advise/advice.ts';
import { advise } from '../advise/advise.ts';
import { needsGoSum } from '../advise/native-uses.ts';
import type { AdviceFinding } from '../dockerfile/advice-finding.ts';
import { DockerfileError } from '../dockerfile/dockerfile-error.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { GoFileError } from '../golang/go-file-error.ts';
import { parseGoMod } from '../golang/parse-go-mod.ts';
import { parseGoSum } from '../golang/parse-go-sum.ts';
import { adviseText } from '../serve/advise-text.ts';
import { sarif } from '../serve/sarif.ts';
import { type Command, columns, parseOptions, print, UsageError } from './command.ts';
import { parseFailOn, statusFor } from './fail-on.ts';
import { readGiven } from './given-files.ts';
import { readBinary } from './inspect/read-program.ts';

const HELP = `Usage: netdns-sidecar advise [--binary FILE] [--go-mod FILE] [--dockerfile FILE] [--base IMAGE] [options]

Answers whether to build a Go program with CGO_ENABLED=0 or 1, on which base image to run it, with which packages, tags
and GODEBUG, and writes the Dockerfile. What is wrong in the Dockerfile that is there is told line by line. Without any
of the four, go.mod and Dockerfile of the working directory are taken.

Options
  --binary FILE        a binary that was built: how it is linked, and the modules in it
  --go-mod FILE        modules that need cgo; go.sum beside it is read where go.mod does not name all
  --dockerfile FILE    how it is built now
  --base IMAGE         the base image that it has to run on: alpine:3.21, gcr.io/distroless/static-debian12, scratch
  --json               one JSON document
  --sarif              a SARIF log of what is wrong, for code hosts
  --fail-on SEVERITY   exit with status 1 from info, warning or critical (default) on
  --help

Examples
  netdns-sidecar advise --base alpine:3.21
  netdns-sidecar advise --binary /proc/self/exe --base scratch --json
`;

export const adviseCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const { values } = parseOptions('advise', {
    args,
    options: {
      binary: { type: 'string' },
      'go-mod': { type: 'string' },
      dockerfile: { type: 'string' },
      base: { type: 'string' },
      json: { type: 'boolean' },
      sarif: { type: 'boolean' },
      'fail-on': { type: 'string' },
    },
  });
  if (values.json && values.sarif) throw new UsageError('--json and --sarif: give one of the two');
  const failOn = parseFailOn(values['fail-on']);
  const files = filesOf(values);
  const advice = advise(await questionOf(files, values.base));
  if (values.json) await print(`${JSON.stringify(advice)}\n`);
  else if (values.sarif) await print(`${JSON.stringify(sarifOf(advice.findings, files))}\n`);
  else await print(adviseText(advice, columns()));
  return statusFor(advice.findings, failOn);
}

interface Files {
  binary?: string;
  'go.mod'?: string;
  dockerfile?: string;
}

/** What was named; nothing at all: what is in the working directory. */
function filesOf(values: {
  binary?: string | undefined;
  'go-mod'?: string | undefined;
  dockerfile?: string | undefined;
  base?: string | undefined;
}): Files {
  const { binary, 'go-mod': goMod, dockerfile, base } = values;
  const isNamed = [binary, goMod, dockerfile, base].some((value) => value !== undefined);
  const here = (name: string) => (!isNamed && existsSync(name) ? name : undefined);
  const [mod, file] = [goMod ?? here('go.mod'), dockerfile ?? here('Dockerfile')];
  if (!isNamed && mod === undefined && file === undefined)
    throw new UsageError(
      'nothing to advise on: neither go.mod nor Dockerfile is here; see netdns-sidecar advise --help',
    );
  return {
    ...(binary !== undefined && { binary }),
    ...(mod !== undefined && { 'go.mod': mod }),
    ...(file !== undefined && { dockerfile: file }),
  };
}

async function questionOf(files: Files, base: string | undefined): Promise<Question> {
  const { binary, 'go.mod': goModPath, dockerfile } = files;
  const goMod = goModPath === undefined ? undefined : parsed(goModPath, parseGoMod);
  const goSumPath = goModPath === undefined ? '' : join(dirname(goModPath), 'go.sum');
  return {
    ...(binary !== undefined && { binary: await readBinary(binary) }),
    ...(goMod && { goMod }),
    ...(goMod && needsGoSum(goMod) && existsSync(goSumPath) && { goSum: parsed(goSumPath, parseGoSum) }),
    ...(dockerfile !== undefined && { dockerfile: parsed(dockerfile, parseDockerfile) }),
    ...(base !== undefined && { base }),
  };
}

/** @throws UsageError that names the file and what is wrong with it */
function parsed<T>(path: string, parse: (text: string) => T): T {
  const text = readGiven(path);
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof GoFileError || cause instanceof DockerfileError)) throw cause;
    throw new UsageError(`${path}: ${cause.message}`, { cause });
  }
}

function sarifOf(findings: readonly AdviceFinding[], files: Files): object {
  const whole = files.dockerfile ?? files['go.mod'] ?? files.binary ?? 'Dockerfile';
  return sarif(
    findings.map(({ file, ...finding }) => ({ ...finding, file: (file && files[file]) ?? whole })),
  );
}
