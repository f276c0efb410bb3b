/** Which process is the application. Knowledge: nothing is read here. */

/** A process, no kernel thread and no zombie. */
export interface Candidate {
  /** Whether it is this process, or a descendant or an ancestor of it: never taken unless it is named. */
  isOurs: boolean;
  pid: number;
  ppid: number;
  startTicks: number;
  comm: string;
  /** Path in its own root; absent: it may not be read. */
  exe?: string;
  /** Known where exe is not. */
  argv0?: string;
  /** Absent: not known. */
  isGo?: boolean;
  /** Whether its network namespace is ours; absent: not known. */
  sameNetwork?: boolean;
}

export interface Choice {
  app?: Candidate;
  because: string;
  /** Nothing but that there is no other speaks for it. */
  isGuess?: true;
  others: Candidate[];
}

/** What hold a pod's namespaces, and inits of containers: as denied processes they must not be taken for Go. */
const INITS = ['pause', 'catatonit', 'podman-init', 'docker-init', 'tini', 'dumb-init'];

/** Programs that are put beside an application, or run on every node: taken only where there is no other. */
const BESIDE = new Set([
  ...[
    'pilot-agent',
    'envoy',
    'consul-dataplane',
    'linkerd2-proxy',
    'linkerd-proxy-identity',
    'linkerd-await',
  ],
  ...['daprd', 'cloud-sql-proxy', 'cloud_sql_proxy', 'alloydb-auth-proxy', 'vault', 'vault-agent', 'consul'],
  ...[
    'consul-template',
    'oauth2-proxy',
    'kube-rbac-proxy',
    'jaeger-agent',
    'otelcol',
    'otelcol-contrib',
    'alloy',
  ],
  ...[
    'promtail',
    'fluent-bit',
    'filebeat',
    'telegraf',
    'vector',
    'node_exporter',
    'git-sync',
    'dlv',
    'tailscaled',
  ],
  ...[
    'containerd',
    'containerd-shim',
    'containerd-shim-runc-v2',
    'dockerd',
    'docker-proxy',
    'crio',
    'conmon',
  ],
  ...['kubelet', 'kube-proxy', 'flanneld', 'cilium-agent', 'calico-node', 'snapd', 'amazon-ssm-agent', 'k3s'],
]);
/** A comm has 15 bytes at most. */
const BESIDE_BY_COMM = new Set([...BESIDE].map((name) => name.slice(0, 15)));

/** What is certainly no program of Go, by its name. */
const NOT_GO =
  /^-?(?:(?:ba|da|a|z|k)?sh|busybox|sleep|tail|cat|tee|su|sudo|node|npm.*|java|ruby.*|perl.*|python[\d.]*|php.*|nginx.*|s6-.*)$/;

const CHOOSE = 'name it by target.pid or target.exe';

/** @param wish a pid, or a path as the process's own root has it */
export function chooseApp(all: readonly Candidate[], wish: { pid: 'auto' | number; exe?: string }): Choice {
  const { pid, exe } = wish;
  if (pid !== 'auto') {
    const app = all.find((each) => each.pid === pid);
    return { ...(app && { app }), because: app ? 'target.pid' : `there is no process ${pid}`, others: [] };
  }
  if (exe !== undefined) {
    const [app, ...others] = oldestFirst(withoutWorkers(all.filter((each) => pathOf(each) === exe)));
    const because = others.length > 0 ? `target.exe: the oldest of ${others.length + 1}` : 'target.exe';
    return { ...(app && { app }), because: app ? because : `no process has the binary ${exe}`, others };
  }
  return automatically(all.filter(mayBeApp));
}

/** All containers of a pod share one network namespace: a process of another one is not of our pod. */
function mayBeApp(each: Candidate): boolean {
  return !each.isOurs && each.sameNetwork !== false && !namesOf(each).some((name) => INITS.includes(name));
}

function automatically(all: readonly Candidate[]): Choice {
  const known = oldestFirst(withoutWorkers(all.filter(({ isGo }) => isGo === true)));
  const maybe = oldestFirst(withoutWorkers(all.filter((each) => each.isGo === undefined && !isNotGo(each))));
  const apps = known.filter((each) => !isSidecar(each));
  const maybeApps = maybe.filter((each) => !isSidecar(each));
  const taken = (app: Candidate, because: string): Choice => ({
    app,
    because,
    others: [...known, ...maybe].filter((each) => each !== app),
    ...(app.isGo === undefined && { isGuess: true }),
  });

  const [first, second] = apps;
  if (first) {
    const beside = maybeApps.length > 0 ? ' that can be read' : '';
    if (!second)
      return taken(
        first,
        `the only Go process${beside}${apps.length < known.length ? ' that is not known to be put beside applications' : ''}`,
      );
    return taken(first, `the oldest of ${apps.length} Go processes${beside}: ${CHOOSE} if it is another`);
  }
  const [only, another] = maybeApps;
  if (only && !another) {
    const because = `its binary may not be read, but no other process can be the application: ${CHOOSE} if it is another`;
    return taken(only, because);
  }
  if (only) {
    const because = `${maybeApps.length} processes may be the application, and the binary of none may be read: ${CHOOSE}`;
    return { because, others: [...known, ...maybe] };
  }
  const [sidecar] = [...known, ...maybe];
  return sidecar
    ? taken(
        sidecar,
        `known to be put beside applications, and no other Go process is there: ${CHOOSE} if it is another`,
      )
    : { because: 'none of the processes in our network namespace is one of Go', others: [] };
}

function pathOf({ exe, argv0 }: Candidate): string | undefined {
  return exe ?? argv0;
}

function namesOf(candidate: Candidate): string[] {
  const path = pathOf(candidate);
  return [candidate.comm, ...(path === undefined ? [] : [path.slice(path.lastIndexOf('/') + 1)])];
}

function isSidecar(candidate: Candidate): boolean {
  return BESIDE_BY_COMM.has(candidate.comm) || namesOf(candidate).some((name) => BESIDE.has(name));
}

function isNotGo(candidate: Candidate): boolean {
  return namesOf(candidate).some((name) => NOT_GO.test(name));
}

/** A process that starts its own binary again: the one that started is the application. */
function withoutWorkers(some: readonly Candidate[]): Candidate[] {
  const paths = new Map(some.map((each) => [each.pid, pathOf(each)]));
  return some.filter((each) => {
    const path = pathOf(each);
    return path === undefined || each.ppid === each.pid || paths.get(each.ppid) !== path;
  });
}

function oldestFirst(some: readonly Candidate[]): Candidate[] {
  return some.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}
