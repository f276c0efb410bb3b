/** What takes long to gather and is seldom needed: gathered when it is first asked for, and only then. */
export function once<T>(gather: () => T): () => T {
  let gathered: { value: T } | undefined;
  return () => {
    gathered ??= { value: gather() };
    return gathered.value;
  };
}
