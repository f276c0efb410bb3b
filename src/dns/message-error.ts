/** Why a message can be neither written nor read. */
export type MessageErrorCode =
  /** More bytes than the caller takes. */
  | 'TOO_LARGE'
  /** Fewer than the 12 bytes of a header. */
  | 'NO_HEADER'
  /** The header counts more entries than the bytes could hold, and TC does not say why. */
  | 'IMPOSSIBLE_COUNTS'
  /** Compression pointers make a small message long to read. */
  | 'NAME_WORK'
  /** No type of that name. */
  | 'UNKNOWN_TYPE'
  /** RFC 1035 section 2.3.4: a label is 1 to 63 bytes. */
  | 'LABEL_LENGTH'
  /** RFC 1035 section 2.3.4: a name is at most 255 bytes. */
  | 'NAME_LENGTH'
  /** dns-packet would not write this name as it is meant. */
  | 'UNENCODABLE'
  /** A number or an EDNS option that its field does not hold. */
  | 'OUT_OF_RANGE';

/** The one error of message.ts. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly code: MessageErrorCode;

  constructor(code: MessageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
