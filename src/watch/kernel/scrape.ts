import { get as getHttp, type IncomingMessage } from 'node:http';
import type { ConntrackSample } from '../../journal/conntrack-record.ts';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import type { Clock } from '../clock.ts';
import { createExporterReader } from './exporter-sample.ts';
import type { Seen, Trouble } from './see.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 << 20;
const REACH =
  'Ask for the URL from this pod (`wget -qO- URL`): is it right, does the node_exporter listen on the node’s address, does a NetworkPolicy forbid it?';

/** The address as it is shown: what is a secret in it, user and query, is not. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Asks a node_exporter once. @throws only where the signal breaks it off */
export async function scrape(
  url: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Seen<Omit<ConntrackSample, 'at'>>> {
  const late = new AbortController();
  const callOff = clock.after(TIMEOUT_MS, () => late.abort());
  try {
    const response = await request(url, AbortSignal.any([signal, late.signal]));
    return await readSample(response, shownUrl(url));
  } catch (error) {
    signal.throwIfAborted();
    const what = late.signal.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : whatOf(error);
    return unreachable(url, what);
  } finally {
    callOff();
  }
}

async function request(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? (await import('node:https')).get : getHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // No connection is kept: one every 15 s costs nothing, and an open one would outlive us.
  const options = { signal, agent: false, headers: { accept: 'text/plain;version=0.0.4' } };
  get(url, options, resolve).on('error', reject);
  return promise;
}

async function readSample(
  response: IncomingMessage,
  source: string,
): Promise<Seen<Omit<ConntrackSample, 'at'>>> {
  const { statusCode = 0 } = response;
  if (statusCode !== 200) {
    response.destroy();
    const hint = statusCode >= 300 && statusCode < 400 ? ', and what it points to is not followed' : '';
    return unreachable(source, `HTTP status ${statusCode}${hint}`);
  }
  const reader = createExporterReader(source);
  let length = 0;
  try {
    // Leaving the loop ends the connection.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BYTES) return tooLarge(source);
      reader.write(chunk);
    }
  } catch (error) {
    if (!(error instanceof ProcfsError)) throw error;
    return { state: 'failed', reason: 'malformed', why: error.message, cure: REACH };
  }
  const value = reader.end();
  return value ? { state: 'ok', value } : nothingSaid(source);
}

function nothingSaid(source: string): Trouble {
  return {
    state: 'absent',
    reason: 'absent',
    why: `${source} says nothing of node_nf_conntrack_entries`,
    cure: 'Leave the collector `conntrack` of the node_exporter on; where nf_conntrack is not loaded on the node there is nothing to say.',
  };
}

function tooLarge(source: string): Trouble {
  return { state: 'failed', reason: 'too-large', why: `${source} gave more than ${MAX_BYTES >> 20} MiB` };
}

function unreachable(url: string, what: string): Trouble {
  return { state: 'failed', reason: 'unreachable', why: `${shownUrl(url)}: ${what}`, cure: REACH };
}

/** ECONNREFUSED, ENOTFOUND, HPE_INVALID_CONSTANT, ...: several addresses may each have failed. */
function whatOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
