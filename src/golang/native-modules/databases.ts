import { BOTH, GLIBC, type NativeModule, NO_PACKAGES, packaged } from './native-module.ts';

/** The stub that is built in the place of go-sqlite3: its static_mock.go. */
const SQLITE_STUB =
  "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub";

/** Databases and stores. Each row names the file of the module that shows it. */
export const DATABASES: readonly NativeModule[] = [
  {
    // README.md, "Installation"; static_mock.go; sqlite3_other.go: -ldl; sqlite3_libsqlite3.go: -lsqlite3.
    path: 'github.com/mattn/go-sqlite3',
    what: 'SQLite, with its C source',
    ...{ needsCgo: 'always', withoutCgo: 'error', stub: SQLITE_STUB, code: 'bundled', libcs: BOTH },
    ...NO_PACKAGES,
    system: {
      tag: 'libsqlite3',
      ...packaged('libsqlite3.so', ['libsqlite3-0', 'sqlite-libs'], ['libsqlite3-dev', 'sqlite-dev']),
    },
    pureGo: {
      path: 'modernc.org/sqlite',
      note: 'its driver is called "sqlite"; with GORM github.com/glebarez/sqlite',
    },
  },
  {
    // sqlite3.go: SQLCipher and libtomcrypt as C source.
    path: 'github.com/mutecomm/go-sqlcipher',
    what: 'SQLCipher, with its C source',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: BOTH },
    ...NO_PACKAGES,
  },
  {
    // libsql.go: `//go:build cgo`, -lsql_experimental of lib/linux_amd64; issue 31: built against glibc.
    path: 'github.com/tursodatabase/go-libsql',
    what: 'libSQL, as a static library of glibc’s',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', libcs: GLIBC },
    ...NO_PACKAGES,
    pureGo: { path: 'modernc.org/sqlite', note: 'for files; it does not speak to libSQL servers' },
  },
  {
    // cgo_static.go: -lstdc++ -lm -ldl; go-duckdb issues 164 and 256: built against glibc. duckdb-go-bindings, README.md.
    path: 'github.com/marcboeker/go-duckdb',
    also: ['github.com/duckdb/duckdb-go', 'github.com/duckdb/duckdb-go-bindings'],
    what: 'DuckDB, as static libraries of glibc’s',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'bundled', cplusplus: true, libcs: GLIBC },
    ...NO_PACKAGES,
  },
  {
    // dynflag.go: -lrocksdb -lstdc++ -lm -lsnappy.
    path: 'github.com/tecbot/gorocksdb',
    also: ['github.com/linxGNU/grocksdb'],
    what: 'RocksDB',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', cplusplus: true, libcs: BOTH },
    ...packaged('librocksdb.so', ['librocksdb7.8', 'rocksdb'], ['librocksdb-dev', 'rocksdb-dev']),
    pureGo: { path: 'github.com/cockroachdb/pebble', note: 'a like store, with files of its own' },
  },
  {
    // README.md, "Run-time Requirements": ODPI-C opens libclntsh.so; issue 35.
    path: 'github.com/godror/godror',
    what: 'Oracle Database, by its client library that is opened at run time',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'loaded', libcs: GLIBC },
    ...{ ...NO_PACKAGES, byHand: 'Oracle Instant Client' },
    pureGo: { path: 'github.com/sijms/go-ora' },
  },
  {
    // oci8.go: pkg-config oci8; oci8.pc: -lclntsh.
    path: 'github.com/mattn/go-oci8',
    what: 'Oracle Database',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    runLibraries: [{ soname: 'libclntsh.so' }],
    ...{ buildPackages: NO_PACKAGES.buildPackages, byHand: 'Oracle Instant Client with its SDK' },
    pureGo: { path: 'github.com/sijms/go-ora' },
  },
  {
    // INSTALL.md, 2.4: CGO_LDFLAGS and LD_LIBRARY_PATH of clidriver; issue 111: libdb2.so is glibc's.
    path: 'github.com/ibmdb/go_ibm_db',
    what: 'IBM Db2',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    runLibraries: [{ soname: 'libdb2.so' }],
    ...{ buildPackages: NO_PACKAGES.buildPackages, byHand: 'clidriver of IBM' },
  },
  {
    // api/api_unix.go: `+build cgo`, -lodbc.
    path: 'github.com/alexbrainman/odbc',
    what: 'ODBC, by unixODBC',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: BOTH },
    ...packaged('libodbc.so', ['libodbc2', 'unixodbc'], ['unixodbc-dev', 'unixodbc-dev']),
    byHand: 'the ODBC driver of the database',
    pureGo: { path: 'github.com/microsoft/go-mssqldb', note: 'where the database is SQL Server' },
  },
  {
    // README.md, installation: libraries are fetched into the project, with CGO_LDFLAGS for them.
    path: 'github.com/lancedb/lancedb-go',
    what: 'LanceDB, as a library that is fetched beside the module',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    ...{ ...NO_PACKAGES, byHand: 'liblancedb_go, with CGO_CFLAGS and CGO_LDFLAGS that name it' },
  },
  {
    // README.md, "Installation": libcephfs-dev librbd-dev librados-dev.
    path: 'github.com/ceph/go-ceph',
    what: 'Ceph',
    ...{ needsCgo: 'always', withoutCgo: 'build-fails', code: 'linked', libcs: GLIBC },
    runLibraries: [
      { soname: 'librados.so', debian: 'librados2' },
      { soname: 'librbd.so', debian: 'librbd1' },
      { soname: 'libcephfs.so', debian: 'libcephfs2' },
    ],
    buildPackages: { debian: ['librados-dev', 'librbd-dev', 'libcephfs-dev'], alpine: [] },
  },
];
