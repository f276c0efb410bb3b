import { createAppRecord } from '../journal/app-record.ts';
import { explainDocument } from '../serve/explain-document.ts';
import { explainText } from '../serve/explain-text.ts';
import { createLogStream } from '../watch/logs/log-stream.ts';
import { readBuffer } from '../watch/logs/scan/scanner.ts';
import { readToEnd } from '../watch/logs/tail/read-to-end.ts';
import { type Command, columns, parseOptions, UsageError } from './command.ts';
import { oneOf, parseFailOn, statusFor } from './fail-on.ts';
import { judgementOnce } from './once.ts';

const HELP = `Usage: netdns-sidecar explain [options] [FILE|-]...

Reads application logs once, in the order given (- is standard input, the default), as those of one application, and
says which resolver it uses, why, and why its lookups failed. Plain text, JSON, Docker and CRI logs of any Go version.

Options
  --json               one JSON document
  --resolver go|cgo    the resolver the application is meant to use
  --fail-on SEVERITY   exit with status 1 from info, warning or critical (default) on
  --help

Examples
  echo 'dial tcp: lookup db.prod: Try again' | netdns-sidecar explain -
  echo 'lookup db.prod on 10.96.0.10:53: server misbehaving' | netdns-sidecar explain --json --fail-on warning
`;

export const explainCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('explain', {
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, resolver: { type: 'string' }, 'fail-on': { type: 'string' } },
  });
  const failOn = parseFailOn(values['fail-on']);
  const expected =
    values.resolver === undefined ? undefined : oneOf('--resolver', values.resolver, ['go', 'cgo'] as const);
  const files = positionals.length > 0 ? positionals : ['-'];

  const app = createAppRecord(files.map((file) => (file === '-' ? 'standard input' : file)).join(' '));
  for (const file of files) {
    const stream = createLogStream(app, { lines: () => {}, skipped: () => {} }, Date.now);
    try {
      readToEnd(file, readBuffer, stream);
    } catch (cause) {
      throw new UsageError((cause as Error).message, { cause });
    }
  }

  const document = explainDocument(app, { ...judgementOnce(), ...(expected && { expected }) });
  process.stdout.write(values.json ? `${JSON.stringify(document)}\n` : explainText(document, columns()));
  return statusFor(document.findings, failOn);
}
