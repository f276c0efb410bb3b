/**
 * Whole DNS messages, for what is shown and for probes: replies with all their sections as text, here, and questions of
 * any type, in encode-question.ts. Together a wrapper of dns-packet that keeps clear of its traps. The models of
 * resolvers do not use it but wire.ts and query.ts: they need every byte as it is, also of messages that no decoder
 * should take, up to the place where each real resolver stops.
 */
import type { Edns } from './edns.ts';
import { MessageError } from './message-error.ts';
import { MessageReader } from './message-reader.ts';
import { HEADER_BYTES, type Header, readHeader, readQuestion } from './wire.ts';

/** A record as dig shows it. */
export interface MessageRecord {
  name: string;
  type: string;
  class: string;
  ttl: number;
  data: string;
}

/** What is odd about a message that could be read. */
export interface Fault {
  /**
   * `cut`: a section ends early; `trailing`: bytes after the end; `data`: of another form than their type's; `opt`: a
   * broken or second OPT.
   */
  code: 'cut' | 'trailing' | 'data' | 'opt';
  text: string;
}

/** A message read. */
export interface Message {
  header: Header;
  /** With OPT's upper bits (RFC 6891 section 6.1.3): `BADVERS`. */
  rcode: string;
  questions: readonly { name: string; type: string; class: string }[];
  answers: readonly MessageRecord[];
  authorities: readonly MessageRecord[];
  /** Without OPT. */
  additionals: readonly MessageRecord[];
  edns: Edns | undefined;
  faults: readonly Fault[];
}

const MAX_UDP_BYTES = 4_096;
/** What a length of two bytes can say. */
const MAX_TCP_BYTES = 65_535;
/** Root, type, class; with TTL and length: the smallest question and record. */
const MIN_QUESTION_BYTES = 5;
const MIN_RECORD_BYTES = 11;

/**
 * Reads a message. What is wrong in part is a fault beside what could be read.
 *
 * @throws MessageError where it is no message, or one that is made to cost
 */
export function decodeMessage(
  message: Uint8Array,
  {
    proto,
    maxBytes = proto === 'udp' ? MAX_UDP_BYTES : MAX_TCP_BYTES,
  }: { proto: 'udp' | 'tcp'; maxBytes?: number },
): Message {
  if (message.length > maxBytes)
    throw new MessageError(
      'TOO_LARGE',
      `${message.length} bytes: at most ${maxBytes} are taken over ${proto}`,
    );
  const header = readHeader(message);
  if (!header) throw new MessageError('NO_HEADER', `${message.length} bytes: a header has ${HEADER_BYTES}`);
  checkCounts(header, message.length);
  return new MessageReader(message, header).read();
}

function checkCounts(
  { truncated, questions, answers, authorities, additionals }: Header,
  bytes: number,
): void {
  const least =
    HEADER_BYTES + MIN_QUESTION_BYTES * questions + MIN_RECORD_BYTES * (answers + authorities + additionals);
  if (truncated || least <= bytes) return;
  const counts = [questions, answers, authorities, additionals].join(', ');
  throw new MessageError(
    'IMPOSSIBLE_COUNTS',
    `${bytes} bytes cannot hold the counts ${counts}: at least ${least}`,
  );
}

/** Whether a reply repeats the question that was asked byte by byte: also letters in the same case (0x20). */
export function repeatsQuestion(query: Uint8Array, reply: Uint8Array): boolean {
  const asked = readQuestion(query, HEADER_BYTES);
  if (!asked || readHeader(reply)?.questions !== 1) return false;
  return (
    Buffer.compare(query.subarray(HEADER_BYTES, asked.end), reply.subarray(HEADER_BYTES, asked.end)) === 0
  );
}
