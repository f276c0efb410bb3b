import { describe, expect, it } from 'vitest';
import { findCLibraryErrors } from '../../src/libc/c-library-errors.ts';

describe('getaddrinfo errors of C libraries in the process', () => {
  it.each([
    [
      'librdkafka',
      "%3|1637|FAIL|rdkafka#producer-1| Failed to resolve 'kafka:9092': Temporary failure in name resolution (after 5ms)",
      'kafka',
      'cgo-glibc',
      'try-again',
    ],
    [
      'librdkafka on Alpine',
      "Failed to resolve 'kafka.prod:9092': Try again (after 5004ms)",
      'kafka.prod',
      'cgo-musl',
      'try-again',
    ],
    [
      'libpq',
      'could not translate host name "db.prod" to address: Name or service not known',
      'db.prod',
      'cgo-glibc',
      'not-found',
    ],
    [
      'libpq on Alpine',
      'could not translate host name "db.prod" to address: Name does not resolve',
      'db.prod',
      'cgo-musl',
      'not-found',
    ],
    ['ping', 'ping: db.prod: Name or service not known', 'db.prod', 'cgo-glibc', 'not-found'],
    ['no name', 'getaddrinfo: Temporary failure in name resolution', 'getaddrinfo', 'cgo-glibc', 'try-again'],
  ])('%s', (_, text, name, resolver, reason) => {
    const errors = findCLibraryErrors(text);
    expect(errors).toMatchObject([{ resolver, reason, certainty: 'medium' }]);
    if (name !== 'getaddrinfo') expect(errors[0]?.name).toBe(name);
    else expect(errors[0]?.name).toBe('');
  });

  it.each([
    'payment failed: Try again later',
    'rate limited: Try again',
    'DNSERROR net.DNSError{Err:"Temporary failure in name resolution", Name:"x"}',
  ])('leaves alone: %s', (text) => {
    expect(findCLibraryErrors(text)).toEqual([]);
  });
});
