/**
 * The caller's buffer that results are laid out in. Where it is too small all is thrown away and the whole lookup is
 * made again with one twice as large: that is why a name with many addresses is asked for more than once.
 */
export class ResultBuffer {
  #at = 0;
  readonly #bytes: number;
  #failed = false;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Something did not fit. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Bytes taken. */
  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes - this.#at;
  }

  /** Takes bytes, aligned; false where they do not fit, and from then on nothing does. */
  take(bytes: number, align = 1): boolean {
    const at = Math.ceil(this.#at / align) * align;
    if (this.#failed || at + bytes > this.#bytes) this.#failed = true;
    else this.#at = at + bytes;
    return !this.#failed;
  }

  /** Makes free again what was taken since it was so full. */
  rewind(to: number): void {
    this.#at = to;
  }
}

/** struct scratch_buffer: what getaddrinfo begins with. */
export const FIRST_BUFFER_BYTES = 1024;

/** struct gaih_addrtuple on 64 bits: two pointers, family, sixteen bytes of address, scope. */
export const TUPLE_BYTES = 40;
export const POINTER_BYTES = 8;
/** MAXHOSTNAMELEN of resolv/nss_dns/dns-host.c. */
export const MAX_HOST_NAME_BYTES = 256;
