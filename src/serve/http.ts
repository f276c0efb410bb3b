import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Registry } from 'prom-client';
import type { ListenAddress } from '../config/listen-address.ts';
import { SEVERITIES, type Severity } from '../diagnose/finding.ts';
import { health } from './health.ts';
import { kernelDocument } from './kernel-document.ts';
import { createMetrics } from './metrics.ts';
import { probesDocument } from './probes-document.ts';
import type { View } from './view.ts';

/** A running HTTP server. */
export interface HttpServer {
  /** As bound: the port is the real one where 0 was asked for. */
  address: AddressInfo;
  close(): Promise<void>;
}

const INDEX = `netdns-sidecar

/healthz   health: which cgo, musl or Go resolver fails, and why (503 when it does; ?fail-on=warning)
/findings  all findings with evidence and fix, past ones too
/probes    names looked up as each resolver does, nameservers checked, transcripts of what failed
/kernel    source ports, UDP sockets, conntrack and the application's process, and what cannot be seen of them
/metrics   Prometheus metrics
/livez     this process lives
/readyz    this process has looked at every log once
`;

/**
 * Serves a view until closed.
 *
 * @param onFault told of what went wrong on our side; the client gets status 500
 */
export async function serve(
  view: View,
  { host, port }: ListenAddress,
  onFault: (error: unknown) => void,
): Promise<HttpServer> {
  const server = createServer(createApp(view, createMetrics(view), onFault));
  // Slow or idle clients must not hold sockets: a scrape and a probe take milliseconds.
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 65_000;
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { address: server.address() as AddressInfo, close: () => close(server) };
}

function createApp(view: View, metrics: Registry, onFault: (error: unknown) => void): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  app.get('/metrics', async (_request, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.metrics());
  });
  app.get('/healthz', (request, response) => {
    const failOn = request.query['fail-on'] ?? 'critical';
    if (!isSeverity(failOn)) {
      response
        .status(400)
        .type('text')
        .send(`fail-on must be one of ${SEVERITIES.join(', ')}\n`);
      return;
    }
    const body = health(view.findings(), failOn);
    response.status(body.status === 'fail' ? 503 : 200);
    response.set('Content-Type', 'application/health+json').send(`${JSON.stringify(body)}\n`);
  });
  app.get('/findings', (_request, response) => {
    response.json({ open: view.findings(), past: view.past() });
  });
  app.get('/probes', (_request, response) => {
    response.json(probesDocument(view.journal.probes));
  });
  app.get('/kernel', (_request, response) => {
    response.json(kernelDocument(view.journal));
  });
  app.get('/livez', (_request, response) => {
    response.type('text').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const ready = view.ready();
    response
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ok\n' : 'the logs have not been looked at yet\n');
  });
  app.get('/', (_request, response) => {
    response.type('text').send(INDEX);
  });
  app.use((request, response) => {
    const known = ['GET', 'HEAD'].includes(request.method);
    response
      .status(known ? 404 : 405)
      .type('text')
      .send(known ? 'not found; / lists the paths\n' : 'only GET and HEAD\n');
  });
  // Four parameters make it express's error handler. A bad %-escape in a path has a status of its own; the rest is
  // ours.
  app.use(
    (error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      const { status = 500 } = error as { status?: number };
      if (status >= 500) onFault(error);
      if (!response.headersSent) response.status(status).type('text').send(`${STATUS_CODES[status]}\n`);
    },
  );
  return app;
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
