import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseImageOf, glibcOf } from '../../src/image/base-images.ts';

describe('baseImageOf', () => {
  it.each([
    ['scratch', 'scratch'],
    ['gcr.io/distroless/static', 'distroless-static'],
    ['gcr.io/distroless/static-debian12:nonroot', 'distroless-static'],
    ['gcr.io/distroless/static-debian13@sha256:0123456789abcdef', 'distroless-static'],
    ['gcr.io/distroless/base-nossl-debian12:debug', 'distroless-base'],
    ['gcr.io/distroless/base-debian12:nonroot-arm64', 'distroless-base'],
    ['mirror.local:5000/distroless/cc:latest', 'distroless-cc'],
    ['cgr.dev/chainguard/static:latest', 'distroless-static'],
    ['debian', 'debian'],
    ['debian:bookworm-slim', 'debian'],
    ['docker.io/library/ubuntu:24.04', 'debian'],
    ['golang:1.24', 'debian'],
    ['golang:1.24-bookworm', 'debian'],
    ['python:3.12-slim-bookworm', 'debian'],
    ['alpine', 'alpine'],
    ['registry.example:5000/x/alpine:3.21', 'alpine'],
    ['golang:1.24-alpine', 'alpine'],
    ['golang:1.24-alpine3.21', 'alpine'],
    ['node:alpine', 'alpine'],
  ])('%s is %s', (name, id) => {
    expect(baseImageOf(name)).toBe(id);
  });

  it.each([
    '',
    'builder',
    'fedora:41',
    'registry.access.redhat.com/ubi9/ubi-minimal:9.4',
    'gcr.io/distroless/nodejs22-debian12',
    'golang:1.24-windowsservercore',
    'busybox:musl',
    'myalpineapp:1',
    '$BASE',
  ])('%j: the name does not tell', (name) => {
    expect(baseImageOf(name)).toBeUndefined();
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => void [baseImageOf(name), glibcOf(name)]));
  });
});

describe('glibcOf', () => {
  it.each([
    ['debian:bookworm-slim', '2.36'],
    ['debian:11', '2.31'],
    ['debian', '2.41'],
    ['golang:1.25-trixie', '2.41'],
    ['golang:1.19-bullseye', '2.31'],
    ['ubuntu:22.04', '2.35'],
    ['gcr.io/distroless/base-debian12', '2.36'],
    ['gcr.io/distroless/cc-debian13:nonroot', '2.41'],
    ['alpine:3.22', undefined],
    ['ubuntu:99.04', undefined],
    ['debian:constructor', undefined],
  ])('%s has %s', (name, version) => {
    expect(glibcOf(name)).toBe(version);
  });
});
