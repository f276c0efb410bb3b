/** libgo of gccgo, and what -linkshared makes of the standard library: Go's net package is in them. */
const GO_LIBRARY = /^lib(?:go|std)\.so(?:\.|$)/;

/** The library that has Go's standard library for a program that does not hold it. */
export function goLibrary(needed: readonly string[]): string | undefined {
  return needed.find((name) => GO_LIBRARY.test(name));
}
