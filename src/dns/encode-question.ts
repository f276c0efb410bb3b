import { DNSSEC_OK, encode, RECURSION_DESIRED } from 'dns-packet';
import { TYPES } from './codes.ts';
import { MessageError } from './message-error.ts';
import { nameText } from './presentation.ts';
import { HEADER_BYTES, MAX_LABEL_BYTES, MAX_NAME_BYTES, nameLength, readQuestion } from './wire.ts';

/** A question to encode. */
export interface Question {
  id: number;
  /** Byte strings. */
  labels: readonly string[];
  /** `HTTPS` has no name here: `TYPE65`. */
  type: string;
  edns?: {
    udpPayloadSize: number;
    dnssecOk?: boolean;
    options?: readonly { code: number; data: Uint8Array }[];
  };
}

/**
 * The message that asks, with RD.
 *
 * @throws MessageError where it could not be written as it is meant
 */
export function encodeQuestion({ id, labels, type, edns }: Question): Uint8Array {
  const code = typeCode(type);
  checkLengths(labels);
  const numbers = [id, edns?.udpPayloadSize ?? 0, ...(edns?.options ?? []).map((option) => option.code)];
  if (!numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= 0xffff))
    throw new MessageError('OUT_OF_RANGE', `${numbers.join(', ')}: expected numbers of 16 bits`);
  const message = written({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    // Of a name it does not know dns-packet makes type 0, silently.
    questions: [{ type: `UNKNOWN_${code}`, name: labels.length === 0 ? '.' : labels.join('.') }],
    ...(edns && { additionals: [optOf(edns)] }),
  });
  // A dot in a label, bytes that are no ASCII, an empty label: dns-packet writes another name without a word.
  const question = readQuestion(message, HEADER_BYTES);
  const same = question?.type === code && question.labels.length === labels.length;
  if (!same || !labels.every((label, index) => label === question.labels[index]))
    throw new MessageError(
      'UNENCODABLE',
      `${nameText(labels)} cannot be asked for: labels of ASCII without dots only`,
    );
  return message;
}

function optOf({ udpPayloadSize, dnssecOk, options = [] }: NonNullable<Question['edns']>) {
  const written = options.map(({ code, data }) => ({ code, data: Buffer.from(data) }));
  return {
    type: 'OPT' as const,
    name: '.' as const,
    udpPayloadSize,
    flags: dnssecOk ? DNSSEC_OK : 0,
    options: written,
  };
}

function written(message: Parameters<typeof encode>[0]): Uint8Array {
  try {
    return encode(message);
  } catch (cause) {
    throw new MessageError('OUT_OF_RANGE', `dns-packet could not write it: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The number of `AAAA`, `TYPE65`. */
function typeCode(text: string): number {
  const known = Object.entries(TYPES).find(([name]) => name === text.toUpperCase())?.[1];
  const code = known ?? Number(/^TYPE(\d{1,5})$/i.exec(text)?.[1]);
  if (code <= 0xffff) return code;
  throw new MessageError(
    'UNKNOWN_TYPE',
    `${text}: expected ${Object.keys(TYPES).join(', ')} or TYPE and its number`,
  );
}

function checkLengths(labels: readonly string[]): void {
  const bad = labels.find((label) => label.length < 1 || label.length > MAX_LABEL_BYTES);
  if (bad !== undefined)
    throw new MessageError(
      'LABEL_LENGTH',
      `a label of ${bad.length} bytes: expected 1 to ${MAX_LABEL_BYTES}`,
    );
  const bytes = nameLength(labels);
  if (bytes > MAX_NAME_BYTES)
    throw new MessageError('NAME_LENGTH', `a name of ${bytes} bytes: expected at most ${MAX_NAME_BYTES}`);
}
