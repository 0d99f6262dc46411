// Work by key: one thing after another for each key, different keys at the same time.

export interface Turns {
  /** Runs work after all earlier work of its key, whether that failed or not. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when no work is left. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
      const done = mine
        .catch(() => {})
        .finally(() => {
          if (last.get(key) === done) last.delete(key);
        });
      last.set(key, done);
      return mine;
    },
    async idle() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
