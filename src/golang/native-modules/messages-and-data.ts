import { BOTH, GLIBC, type NativeModule, NO_PACKAGES, packaged } from './native-module.ts';

/** Messaging, compression, cryptography and other languages. Each row names the file of the module that shows it. */
export const MESSAGES_AND_DATA: readonly NativeModule[] = [
  {
    // kafka/build_glibc_linux_amd64.go, build_musl_linux_amd64.go, build_dynamic.go; README.md: `-tags musl` on Alpine.
    path: 'github.com/confluentinc/confluent-kafka-go',
    also: ['gopkg.in/confluentinc/confluent-kafka-go'],
    what: 'librdkafka, as one static library for each libc; with the tag dynamic the system’s',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: BOTH, muslTag: 'musl' },
    ...NO_PACKAGES,
    system: {
      tag: 'dynamic',
      ...packaged('librdkafka.so', ['librdkafka1', 'librdkafka'], ['librdkafka-dev', 'librdkafka-dev']),
    },
    pureGo: { path: 'github.com/twmb/franz-go', note: 'or segmentio/kafka-go, IBM/sarama' },
  },
  {
    // utils.go and others: pkg-config libzmq.
    path: 'github.com/pebbe/zmq4',
    what: 'ZeroMQ',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', cplusplus: true, libcs: BOTH },
    ...packaged('libzmq.so', ['libzmq5', 'libzmq'], ['libzmq3-dev', 'zeromq-dev']),
    pureGo: { path: 'github.com/go-zeromq/zmq4' },
  },
  {
    // zstd.go and the C source; stub.go: `+build !cgo`, an empty package.
    path: 'github.com/DataDog/zstd',
    what: 'Zstandard, with its C source',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: BOTH },
    ...{ ...NO_PACKAGES, optionalFor: 'Pulsar’s client and Badger' },
    pureGo: { path: 'github.com/klauspost/compress', note: 'package zstd' },
  },
  {
    // libzstd_linux_arm64.go: `!musl`; libzstd_linux_musl_arm64.go: `musl`.
    path: 'github.com/valyala/gozstd',
    what: 'Zstandard, as one static library for each libc',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: BOTH, muslTag: 'musl' },
    ...{ ...NO_PACKAGES, optionalFor: 'VictoriaMetrics’ packages' },
    pureGo: { path: 'github.com/klauspost/compress', note: 'package zstd' },
  },
  {
    // pkcs11.go: dlopen of the token's module; nopkcs11.go.
    path: 'github.com/miekg/pkcs11',
    what: 'PKCS #11, by the module of the token that is opened at run time',
    ...{
      needsCgo: 'unless-tag',
      withoutTag: 'nopkcs11',
      withoutCgo: 'build-fails',
      code: 'loaded',
      libcs: BOTH,
    },
    ...{ ...NO_PACKAGES, byHand: 'the PKCS #11 module of the token', optionalFor: 'Notary and others' },
  },
  {
    // bindings/go/README.md, "Build": cgo_server.c and cgo_assembly.S are compiled.
    path: 'github.com/supranational/blst',
    what: 'BLS signatures, with C and assembly source',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: BOTH },
    ...NO_PACKAGES,
  },
  {
    // crypto/signature_cgo.go and signature_nocgo.go.
    path: 'github.com/ethereum/go-ethereum',
    what: 'secp256k1 in C; without cgo in Go, slower',
    ...{ needsCgo: 'optional', withoutCgo: 'works', code: 'bundled', libcs: BOTH },
    ...NO_PACKAGES,
  },
  {
    // wasmer/cgo.go: -lwasmer with an rpath into the module cache, which is not in the image.
    path: 'github.com/wasmerio/wasmer-go',
    what: 'Wasmer, as a shared library in the module',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    runLibraries: [{ soname: 'libwasmer.so' }],
    buildPackages: NO_PACKAGES.buildPackages,
    byHand: 'libwasmer.so of the module’s wasmer/packaged/lib',
    pureGo: { path: 'github.com/tetratelabs/wazero' },
  },
  {
    // ffi.go: -lwasmtime -lm -ldl of build/linux-x86_64; issue 21: built against glibc.
    path: 'github.com/bytecodealliance/wasmtime-go',
    what: 'Wasmtime, as a static library of glibc’s',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: GLIBC },
    ...NO_PACKAGES,
    pureGo: { path: 'github.com/tetratelabs/wazero' },
  },
  {
    // cgo.go: -lv8 of deps/linux_x64; issue 170: built against glibc.
    path: 'rogchap.com/v8go',
    also: ['github.com/rogchap/v8go', 'github.com/tommie/v8go'],
    what: 'V8, as a static library of glibc’s',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', cplusplus: true, libcs: GLIBC },
    ...NO_PACKAGES,
    pureGo: { path: 'github.com/dop251/goja', note: 'an interpreter' },
  },
  {
    // README.md, "Requirements": cgo, and the shared library that SetSharedLibraryPath names.
    path: 'github.com/yalue/onnxruntime_go',
    what: 'ONNX Runtime, opened at run time',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'loaded', libcs: GLIBC },
    ...{ ...NO_PACKAGES, byHand: 'libonnxruntime.so of ONNX Runtime’s release' },
  },
  {
    // tensorflow/go/lib.go: -ltensorflow.
    path: 'github.com/tensorflow/tensorflow',
    also: ['github.com/galeone/tensorflow', 'github.com/wamuir/graft'],
    what: 'TensorFlow’s C library',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    runLibraries: [{ soname: 'libtensorflow.so' }],
    ...{ buildPackages: NO_PACKAGES.buildPackages, byHand: 'libtensorflow of TensorFlow’s release' },
  },
  {
    // Build_system_dynamic.go: pkg-config libgit2, and #error at another version than the module's.
    path: 'github.com/libgit2/git2go',
    what: 'libgit2, of the very version that the module is for',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libgit2.so', ['libgit2-1.5', 'libgit2'], ['libgit2-dev', 'libgit2-dev']),
    pureGo: { path: 'github.com/go-git/go-git' },
  },
];
