import { textOf } from '../dns/byte-string.ts';
import { rcodeText, typeText } from '../dns/codes.ts';
import { fullRcode } from '../dns/edns.ts';
import type { Query } from '../dns/query.ts';
import { readHeader } from '../dns/wire.ts';
import { endpoint } from '../resolver/address.ts';
import type { QueryRecord } from '../resolver/lookup-record.ts';
import type { Event, Send, Server } from '../resolver/model.ts';

/** Notes what a lookup sends and gets, socket by socket. */
export class Transcript {
  readonly queries: QueryRecord[] = [];
  readonly #sent = new Map<number, { id: number; record: QueryRecord }[]>();
  readonly #began: number;

  constructor(began: number) {
    this.#began = began;
  }

  /** @param to the peer of a connected socket, or where an unconnected one sends */
  sent({ socket, queries }: Send, proto: 'udp' | 'tcp', to: Server, port: number, now: number): void {
    const sent = this.#sent.get(socket) ?? [];
    this.#sent.set(socket, sent);
    for (const query of queries) {
      const record: QueryRecord = {
        atMs: this.#since(now),
        proto,
        server: endpoint(to),
        sourcePort: port,
        name: nameText(query),
        type: typeText(query.type),
        edns: query.edns ?? null,
        reply: null,
      };
      sent.push({ id: query.id, record });
      this.queries.push(record);
    }
  }

  /** A TCP socket's port is known only when it is connected. */
  connected(socket: number, port: number): void {
    for (const { record } of this.#sent.get(socket) ?? []) record.sourcePort = port;
  }

  /** Nothing more is taken from a socket. */
  closed(socket: number, now: number): void {
    for (const { record } of this.#sent.get(socket) ?? [])
      if (!record.reply) record.unanswered = { untilMs: this.#since(now), ...record.unanswered };
    this.#sent.delete(socket);
  }

  /** The lookup is over, and with it every socket. */
  ended(now: number): void {
    for (const socket of this.#sent.keys()) this.closed(socket, now);
  }

  received(event: Event, now: number): void {
    if (event.event === 'error') this.#failed(event.socket, event.errno, now);
    if (event.event !== 'datagram' && event.event !== 'message') return;
    const header = readHeader(event.message);
    if (!header) return;
    const from = event.event === 'datagram' ? endpoint(event.from) : undefined;
    const answered = this.#sent
      .get(event.socket)
      ?.find(
        ({ id, record }) =>
          id === header.id && record.reply === null && (from === undefined || record.server === from),
      );
    if (!answered) return;
    answered.record.reply = {
      atMs: this.#since(now),
      rcode: rcodeText(fullRcode(event.message, header, answered.record.edns !== null)),
      tc: header.truncated,
      answers: header.answers,
      bytes: event.message.length,
    };
  }

  #failed(socket: number, errno: string, now: number): void {
    for (const { record } of this.#sent.get(socket) ?? [])
      if (!record.reply) record.unanswered ??= { untilMs: this.#since(now), errno };
  }

  #since(now: number): number {
    return Math.round((now - this.#began) * 1000) / 1000;
  }
}

/** A name for people and JSON: bytes as UTF-8 where they are. */
function nameText({ labels }: Query): string {
  return textOf(labels.join('.'));
}
