/** Why a node_exporter cannot be asked, and what to change: by what Node.js and OpenSSL call it. */
import type { BlockedReason } from '../../journal/looks.ts';

interface Cause {
  reason: BlockedReason;
  /** Without the URL. */
  message: string;
  cure: string;
}

export const USUAL_CURE =
  'See that node.metricsUrl names a node_exporter on this node, such as http://$(HOST_IP):9100/metrics, and that this pod may reach it (NetworkPolicy, firewall). A node whose table of connections is full drops new ones, this one too: look there, `cat /proc/sys/net/netfilter/nf_conntrack_count`.';
const HTTP_CURE =
  'See that node.metricsUrl begins with http:// where node_exporter serves no TLS, and https:// where it does.';
const TRUST_CURE =
  'Give the authority’s certificate in NODE_EXTRA_CA_CERTS=FILE in the sidecar’s environment, and let node.metricsUrl name a host that the certificate names.';
const USER_CURE =
  'Give the user and password of node_exporter in node.metricsUrl: https://USER:PASSWORD@ADDRESS:9100/metrics.';

/** HTTP statuses with a cure of their own. */
export const STATUS_CURES: ReadonlyMap<number, string> = new Map([
  [400, HTTP_CURE],
  [401, USER_CURE],
  [403, USER_CURE],
  [
    404,
    'Let node.metricsUrl name the path, which is /metrics unless node_exporter has --web.telemetry-path.',
  ],
]);

/** Codes of certificates that are not believed: X509_V_ERR_ of OpenSSL without that prefix, and Node.js' own. */
const DISTRUSTED =
  /^(?:CERT_|.*_CERT(?:$|_)|UNABLE_TO_|.*SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE))/;

/** By the beginning of an error's code. */
const CAUSES: readonly (readonly [RegExp, BlockedReason, string, string])[] = [
  [/^ECONNREFUSED/, 'unreachable', 'connection refused', USUAL_CURE],
  [
    /^(?:ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)/,
    'unreachable',
    'closed before the answer was whole',
    HTTP_CURE,
  ],
  [/^(?:EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/, 'unreachable', 'no way to it', USUAL_CURE],
  [
    /^(?:ENOTFOUND|EAI_)/,
    'unreachable',
    'its name cannot be looked up',
    'Let node.metricsUrl name an address: $(HOST_IP).',
  ],
  [/^(?:EPROTO|ERR_SSL_)/, 'unreachable', 'TLS fails', HTTP_CURE],
  [DISTRUSTED, 'unreachable', 'its certificate is not believed', TRUST_CURE],
  [/^HPE_/, 'malformed', 'not HTTP', HTTP_CURE],
  [/^Z_/, 'malformed', 'not gzip, though it says so', USUAL_CURE],
];

/** What an error of node:http, node:https or node:zlib means; what it says itself may hold the URL, and is not told. */
export function causeOf(error: unknown): Cause {
  const { code, name } = error as NodeJS.ErrnoException;
  const known = CAUSES.find(([pattern]) => code !== undefined && pattern.test(code));
  if (!known) return { reason: 'unreachable', message: code ?? name, cure: USUAL_CURE };
  const [, reason, meaning, cure] = known;
  return { reason, message: `${meaning} (${code})`, cure };
}
