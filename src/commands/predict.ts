import { join } from 'node:path';
import type { Circumstances, Decider } from '../golang/lookup-order-case.ts';
import { predict } from '../golang/prediction.ts';
import { minorText } from '../golang/versions.ts';
import { readSources } from '../lookup/read-sources.ts';
import { type ConfigPaths, predictText } from '../serve/predict-text.ts';
import { type Command, columns, print } from './command.ts';
import { checkGivenFiles } from './given-files.ts';
import { type PredictOptions, predictOptions } from './predict/options.ts';

const HELP = `Usage: netdns-sidecar predict NAME... [--go VERSION] [--cgo|--no-cgo] [--tags netgo|netcgo] [options]

Says which resolver a Go application would take for a name here and in which order, the line of a file, variable or
build setting that decides it, and what would change it. Nothing is looked up. An address stands for a reverse lookup.

Options
  --go VERSION         the Go release it is built with, 1.5 to 1.27: 1.24, go1.24.4 (default: the newest)
  --cgo, --no-cgo      CGO_ENABLED=1 (default) or 0
  --tags TAGS          as for go build; netgo and netcgo count
  --godebug SETTINGS   in place of GODEBUG in the environment: netdns=go, netdns=cgo+2
  --prefer-go          the application's net.Resolver has PreferGo
  --root DIR           where etc/ is, as in /proc/PID/root (default /)
  --resolv-conf FILE   instead of etc/resolv.conf; likewise --nsswitch FILE
  --json               one JSON line a name
  --help

LOCALDOMAIN, RES_OPTIONS, HOSTALIASES and GODEBUG count as they do for Go: give them as the application has them.

Examples
  netdns-sidecar predict kubernetes.default.svc.cluster.local --go 1.22 --cgo
  LOCALDOMAIN= netdns-sidecar predict db.prod --go 1.24 --json
`;

export const predictCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const options = predictOptions(args);
  checkGivenFiles({ 'resolv-conf': options.resolvConf, nsswitch: options.nsswitch });
  const { go, cgo, tags, preferGo, godebug } = options;
  const environment = { ...process.env, ...(godebug !== undefined && { GODEBUG: godebug }) };
  const circumstances = { ...readSources({ ...options, environment }), go, cgo, tags, preferGo };
  for (const name of options.names) {
    await print(
      options.json
        ? jsonLine(name, circumstances, pathsOf(options))
        : textOf(name, circumstances, pathsOf(options)),
    );
  }
  return 0;
}

function textOf(name: string, circumstances: Circumstances, paths: ConfigPaths): string {
  return predictText(name, predict(name, circumstances), paths, columns());
}

function jsonLine(name: string, circumstances: Circumstances, paths: ConfigPaths): string {
  const { order, decidedBy, forcedBy, because, changes, trace } = predict(name, circumstances);
  const document = {
    name,
    goVersion: minorText(circumstances.go),
    order,
    resolver: order === 'cgo' ? 'cgo' : 'go',
    decidedBy: withFile(decidedBy, paths),
    forcedBy: forcedBy ?? null,
    because,
    changes,
    trace,
  };
  return `${JSON.stringify(document)}\n`;
}

function withFile(decider: Decider, paths: ConfigPaths) {
  const { by } = decider;
  return by === 'resolv.conf' || by === 'nsswitch.conf' ? { ...decider, file: paths[by] } : decider;
}

function pathsOf({ root, resolvConf, nsswitch }: PredictOptions): ConfigPaths {
  return {
    'resolv.conf': resolvConf ?? join(root, 'etc/resolv.conf'),
    'nsswitch.conf': nsswitch ?? join(root, 'etc/nsswitch.conf'),
  };
}
