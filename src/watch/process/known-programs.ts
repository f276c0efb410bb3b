/** Programs that are known by name. A process may have two: its comm, and what its binary is called. */

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

/** What is no application though it be of Go. */
export function isInit(names: readonly string[]): boolean {
  return names.some((name) => INITS.includes(name));
}

/** What is the application only where nothing else can be. */
export function isSidecar(names: readonly string[]): boolean {
  return names.some((name) => BESIDE.has(name) || BESIDE_BY_COMM.has(name));
}

/** What is not of Go, though its binary cannot be read. */
export function isNotGo(names: readonly string[]): boolean {
  return names.some((name) => NOT_GO.test(name));
}
