/** The node's connection tracking as a node_exporter on it tells it, over HTTP. */
import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as AgentOfHttps, request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ConntrackSettings } from '../../journal/conntrack-record.ts';
import type { BlockedReason } from '../../journal/looks.ts';
import { causeOf, STATUS_CURES, USUAL_CURE } from './exporter-failures.ts';
import { createNodeConntrackParser, type NodeConntrackText, type NodeSample } from './node-exporter-text.ts';

/** What came of asking for the node's numbers. */
export type NodeConntrack =
  | { state: 'ok'; sample: NodeSample; settings?: ConntrackSettings }
  | NodeConntrackFailure;

export interface NodeConntrackFailure {
  state: 'failed';
  reason: BlockedReason;
  /** One line for people. */
  why: string;
  cure: string;
}

/** A few hundred kB are usual. */
const LIMITS = { timeoutMs: 5_000, maxBytes: 64 << 20 };

/**
 * One connection to a node_exporter, kept from one time to the next: of a new one the node drops the first packet
 * while its table is full, which is when the numbers matter, and never throws a connection out that is in use
 * (net/netfilter/nf_conntrack_core.c, early_drop_list).
 */
export function keptConnection(url: string, signal: AbortSignal): Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = isHttps(url) ? new AgentOfHttps(options) : new Agent(options);
  signal.addEventListener('abort', () => agent.destroy(), { once: true });
  return agent;
}

function isHttps(url: string): boolean {
  return new URL(url).protocol === 'https:';
}

/** That it failed is known, and how. */
class Failure extends Error {
  readonly reason: BlockedReason;
  readonly cure: string;

  constructor(reason: BlockedReason, why: string, cure: string) {
    super(why);
    this.reason = reason;
    this.cure = cure;
  }
}

/**
 * Asks a node_exporter once. Never rejects; what it says never holds the URL's user, password or query.
 *
 * @param limits of time, for everything together, and of the body, decompressed
 * @param agent whose connection is used; false: one that is closed afterwards
 */
export async function fetchNodeConntrack(
  url: string,
  signal: AbortSignal,
  { timeoutMs, maxBytes } = LIMITS,
  agent: Agent | false = false,
): Promise<NodeConntrack> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const shown = withoutCredentials(url);
  try {
    const either = AbortSignal.any([signal, timeout]);
    const text = await read(await answerOf(url, either, agent), maxBytes);
    // A body that ends with its connection ends well when we break that off.
    either.throwIfAborted();
    return { state: 'ok', sample: sampleOf(text) };
  } catch (error) {
    const { reason, message, cure } =
      error instanceof Failure ? error : timeout.aborted ? tooSlow(timeoutMs) : causeOf(error);
    return { state: 'failed', reason, why: `${shown}: ${message}`, cure };
  }
}

function tooSlow(timeoutMs: number): Failure {
  return new Failure('unreachable', `no whole answer within ${timeoutMs / 1_000} s`, USUAL_CURE);
}

/** A URL for people: its user and password are secret, and its query may be. */
export function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

const OPTIONS: RequestOptions = {
  headers: {
    accept: 'text/plain;version=0.0.4, */*;q=0.1',
    // Compressing would cost the node more than the bytes do.
    'accept-encoding': 'identity',
    'user-agent': 'netdns-sidecar',
  },
};

function answerOf(url: string, signal: AbortSignal, agent: Agent | false): Promise<IncomingMessage> {
  const start = isHttps(url) ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    const request = start(url, { ...OPTIONS, agent, signal }, (response) => {
      hasBegun = true;
      resolve(response);
    });
    request.on('error', (error) => {
      // The other end closed a kept connection meanwhile: a GET is sent again (RFC 9110, section 9.2.2).
      if (request.reusedSocket && !hasBegun && !signal.aborted)
        answerOf(url, signal, false).then(resolve, reject);
      else reject(error);
    });
    request.end();
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<NodeConntrackText> {
  try {
    refuseStatus(response);
    const parser = createNodeConntrackParser();
    let length = 0;
    for await (const piece of decoded(response)) {
      length += piece.length;
      if (length > maxBytes)
        throw new Failure('too-large', `more than ${maxBytes / (1 << 20)} MiB`, PAGE_CURE);
      parser.write(piece);
    }
    return parser.end();
  } finally {
    response.destroy();
  }
}
const PAGE_CURE = 'Let node.metricsUrl name a node_exporter, not a page of many exporters.';

/** Only 200 has the numbers. A redirect is not followed: it would lead the user and password elsewhere. */
function refuseStatus({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode === 200) return;
  const { location } = headers;
  if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
    const cure = 'Let node.metricsUrl name the address at the redirect’s end.';
    throw new Failure('failed', `answers ${statusCode}, a redirect, which is not followed`, cure);
  }
  throw new Failure('failed', `answers ${statusCode}`, STATUS_CURES.get(statusCode) ?? USUAL_CURE);
}

/** A proxy may compress what nobody asked it to. */
function decoded(response: IncomingMessage): AsyncIterable<Buffer> {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return response;
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    throw new Failure('malformed', 'compressed, and not by gzip, though nobody asked for that', USUAL_CURE);
  }
  const gunzip = createGunzip();
  // What fails is told by whoever reads from it.
  pipeline(response, gunzip, () => {});
  return gunzip;
}

function sampleOf({ sample, repeated, isOther }: NodeConntrackText): NodeSample {
  if (isOther) throw new Failure('malformed', 'answers, and not with metrics as text', USUAL_CURE);
  if (repeated !== undefined) {
    const cure = 'Let node.metricsUrl name the node_exporter of this node: http://$(HOST_IP):9100/metrics.';
    throw new Failure('malformed', `${repeated} has several values: which is this node’s is not known`, cure);
  }
  if (Object.keys(sample).length === 0) {
    const why =
      'answers, and has no node_nf_conntrack_ metric: its collector is off, or the node has not loaded nf_conntrack';
    throw new Failure('absent', why, 'Start node_exporter with `--collector.conntrack` (on by default).');
  }
  return sample;
}
