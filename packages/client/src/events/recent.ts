// A map that keeps the entries used last and forgets the others.

export interface Recent<V> {
  /** Reading makes an entry the newest. */
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/** Creates a map of at most `limit` entries. */
export function createRecent<V>(limit: number): Recent<V> {
  const entries = new Map<string, V>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > limit && !oldest.done) entries.delete(oldest.value);
    },
  };
}
