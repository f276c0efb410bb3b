import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NATIVE_MODULES, nativeModuleOf, nativeModulesIn } from '../../src/golang/native-modules.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';

describe('modules with C', () => {
  it.each([
    ['github.com/mattn/go-sqlite3', 'github.com/mattn/go-sqlite3'],
    ['github.com/confluentinc/confluent-kafka-go/v2', 'github.com/confluentinc/confluent-kafka-go'],
    ['github.com/confluentinc/confluent-kafka-go/v2/kafka', 'github.com/confluentinc/confluent-kafka-go'],
    ['gopkg.in/confluentinc/confluent-kafka-go.v1', 'github.com/confluentinc/confluent-kafka-go'],
    ['github.com/bytecodealliance/wasmtime-go/v25', 'github.com/bytecodealliance/wasmtime-go'],
    ['github.com/duckdb/duckdb-go-bindings/linux-amd64', 'github.com/marcboeker/go-duckdb'],
    ['gopkg.in/gographics/imagick.v3', 'gopkg.in/gographics/imagick'],
    ['github.com/go-gl/glfw/v3.3/glfw', 'github.com/go-gl'],
    ['github.com/google/gopacket', 'github.com/google/gopacket'],
    ['github.com/google/gopacket/pcap', 'github.com/google/gopacket'],
    ['github.com/coreos/go-systemd/v22/sdjournal', 'github.com/coreos/go-systemd'],
    ['libvirt.org/go/libvirt', 'libvirt.org/go/libvirt'],
  ])('%s is of %s', (path, module) => {
    expect(nativeModuleOf(path)?.path).toBe(module);
  });

  it.each([
    '',
    'github.com/mattn/go-sqlite3x',
    'github.com/mattn',
    'github.com/datadog/zstd',
    'github.com/google/gopacket/pcapgo',
    'github.com/google/gopacket/layers',
    'github.com/coreos/go-systemd/v22/journal',
    'github.com/go-gl/mathgl',
    'github.com/confluentinc/confluent-kafka-gov2',
    'modernc.org/sqlite',
    'constructor',
  ])('%j is none', (path) => {
    expect(nativeModuleOf(path)).toBeUndefined();
  });

  it('finds them in the go.mod of a real project', () => {
    const text = readFileSync(new URL('../fixtures/go-mod/notary.mod', import.meta.url), 'utf8');
    const paths = parseGoMod(text).requires.map(({ path }) => path);
    expect(nativeModulesIn(paths).map(({ path }) => path)).toEqual([
      'github.com/mattn/go-sqlite3',
      'github.com/miekg/pkcs11',
    ]);
    expect(nativeModulesIn([...paths, ...paths])).toHaveLength(2);
    expect(nativeModulesIn(['example.com/x'])).toEqual([]);
    // The path is that of go.mod: nobody finds the row's there.
    const [govips] = nativeModulesIn(['github.com/davidbyttow/govips/v2']);
    expect(govips?.path).toBe('github.com/davidbyttow/govips/v2');
  });

  it('has a row for each module, none for a pure one, and says of each what it asks for', () => {
    const paths = NATIVE_MODULES.flatMap(({ path, also = [] }) => [path, ...also]);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBeGreaterThan(45);
    for (const module of NATIVE_MODULES) {
      if (module.pureGo && module.pureGo.path !== 'github.com/gopacket/gopacket') {
        expect(nativeModuleOf(module.pureGo.path)).toBeUndefined();
      }
      expect(module.packages !== undefined).toBe(module.needsCgo === 'some-packages');
      expect(module.withoutTag !== undefined).toBe(module.needsCgo === 'unless-tag');
      expect(module.stub !== undefined).toBe(module.withoutCgo === 'error');
      // What is linked is a package, or a hand has to bring it; what is bundled brings itself.
      const isPackaged = module.runLibraries.some(({ debian }) => debian !== undefined);
      if (module.code === 'linked') expect(isPackaged || module.byHand !== undefined).toBe(true);
      if (module.code === 'bundled') expect(module.runLibraries).toEqual([]);
      // A package that Alpine has not is of a module that does not go on musl.
      if (module.runLibraries.some(({ alpine, debian }) => debian !== undefined && alpine === undefined)) {
        expect(module.libcs).toEqual(['glibc']);
      }
    }
  });

  it('tells any path', () => {
    fc.assert(fc.property(fc.string(), (path) => nativeModulesIn([path]).length <= 1));
  });
});
