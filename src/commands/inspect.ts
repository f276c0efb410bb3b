import { inspectDocument } from '../serve/inspect-document.ts';
import { inspectText } from '../serve/inspect-text.ts';
import { sarif } from '../serve/sarif.ts';
import { type Command, columns, parseOptions, print, UsageError } from './command.ts';
import { parseFailOn, statusFor } from './fail-on.ts';
import { readProgram } from './inspect/read-program.ts';
import { judgementOnce } from './once.ts';

const HELP = `Usage: netdns-sidecar inspect BINARY [--rootfs DIR] [options]

Says how a Go binary is linked, which DNS resolver it can use, and on which base images it starts. With --rootfs also
whether it starts in that root directory, and what is missing there. Nothing is run; the file is read in pieces. As a
gate in CI, in a docker build or in an init container: the exit status tells.

Options
  --rootfs DIR         the root that it is to run in: an unpacked image, /proc/PID/root, / of an image's build. An
                       absolute path of BINARY is looked for in DIR first
  --json               one JSON document
  --sarif              a SARIF log of the findings, for code hosts
  --fail-on SEVERITY   exit with status 1 from info, warning or critical (default) on
  --help

Examples
  netdns-sidecar inspect /proc/self/exe --rootfs /
  netdns-sidecar inspect /proc/self/exe --json --fail-on warning
`;

export const inspectCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('inspect', {
    args,
    allowPositionals: true,
    options: {
      rootfs: { type: 'string' },
      json: { type: 'boolean' },
      sarif: { type: 'boolean' },
      'fail-on': { type: 'string' },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || path === '') throw new UsageError('no binary: see netdns-sidecar inspect --help');
  if (more.length > 0) throw new UsageError(`one binary at a time: ${JSON.stringify(more[0])} is another`);
  if (values.json && values.sarif) throw new UsageError('--json and --sarif: give one of the two');
  const failOn = parseFailOn(values['fail-on']);
  const program = await readProgram(path, values.rootfs);
  const document = inspectDocument(program, judgementOnce());
  if (values.json) await print(`${JSON.stringify(document)}\n`);
  else if (values.sarif)
    await print(`${JSON.stringify(sarif(document.findings.map((each) => ({ ...each, file: path }))))}\n`);
  else await print(inspectText(program, document, columns()));
  return statusFor(document.findings, failOn);
}
