#!/usr/bin/env node
import { type Command, errorLines, UsageError } from './commands/command.ts';
import { VERSION } from './version.ts';

/** Loaded when called: `explain` must not pay for an HTTP server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).runCommand,
  resolve: async () => (await import('./commands/resolve.ts')).resolveCommand,
  predict: async () => (await import('./commands/predict.ts')).predictCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand,
  advise: async () => (await import('./commands/advise.ts')).adviseCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
};

const HELP = `netdns-sidecar ${VERSION}: which DNS resolver a Go application really uses, and why its lookups fail

Usage: netdns-sidecar [command] [options]

Commands
  run       the daemon: watches the application's log, looks its names up, diagnoses, serves HTTP (the default)
  resolve   look a name up exactly as Go, glibc, musl, nslookup, dig or busybox would, beside each other
  predict   which lookup order Go would choose for a name here, and the line that decides it
  explain   read application logs once and say what they tell
  inspect   how a Go binary is linked, which resolver it can use, and on which images it starts
  advise    CGO_ENABLED=0 or 1, on which base image, with which packages: from a binary, a go.mod or a Dockerfile
  demo      a recorded application, and DNS servers broken on purpose: see all of it at work, without root

  netdns-sidecar <command> --help   options of a command
  netdns-sidecar --version

Exit status: 0 nothing critical found, 1 something found, 2 the command could not run.

Examples
  netdns-sidecar demo --once
  netdns-sidecar resolve kubernetes.default --as go,glibc,musl,nslookup
`;

async function main(args: string[]): Promise<number> {
  const [first = ''] = args;
  if (first === '--version') return print(`netdns-sidecar ${VERSION}\n`);
  if (first === '--help' || first === '-h' || first === 'help') return print(HELP);
  const named = first !== '' && !first.startsWith('-');
  const load = COMMANDS[named ? first : 'run'];
  if (!load) throw new UsageError(`unknown command ${JSON.stringify(first)}; see netdns-sidecar --help`);
  const command = await load();
  const rest = named ? args.slice(1) : args;
  if (rest.includes('--help') || rest.includes('-h')) return print(command.help);
  return command.run(rest);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// `explain | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`netdns-sidecar: nothing more can be written to stdout: ${error.message}\n`);
  process.exit(2);
});

/** Of a command that stands in a file of its own the errors are of another class, and have the same code. */
const CALLERS = ['BAD_USAGE', 'BAD_CONFIG'];

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof Error && 'code' in error && CALLERS.includes(`${error.code}`))) throw error;
    process.stderr.write(`netdns-sidecar: ${errorLines(error)}\n`);
    process.exitCode = 2;
  },
);
