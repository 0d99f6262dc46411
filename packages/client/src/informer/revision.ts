// Order of resource versions, and waiting for one of them.
import { type Deferred, deferred } from "@knots/std";

/** Compares resource versions as the decimal numbers they are, of any length; "" comes before all. */
export function compareRevisions(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Waiter {
  readonly revision: string;
  readonly done: Deferred<void>;
}

/** The revision that a copy has reached, and those who wait for a later one. */
export interface RevisionGate {
  readonly revision: string;
  /** Moves to `revision`; a move backwards (the server was restored) lets everyone go. */
  move(revision: string): void;
  /** Resolves when the revision is reached; rejects when the signal aborts or the gate closes. */
  reached(revision: string, signal?: AbortSignal): Promise<void>;
  close(reason: Error): void;
}

/** Creates a gate that has reached nothing. */
export function createRevisionGate(): RevisionGate {
  const waiters = new Set<Waiter>();
  let current = "";
  let closed: Error | undefined;
  return {
    get revision() {
      return current;
    },
    move(revision) {
      const back = compareRevisions(revision, current) < 0;
      current = revision;
      for (const waiter of waiters) {
        if (!back && compareRevisions(waiter.revision, revision) > 0) continue;
        waiters.delete(waiter);
        waiter.done.resolve();
      }
    },
    async reached(revision, signal) {
      signal?.throwIfAborted();
      if (closed) throw closed;
      if (current !== "" && compareRevisions(revision, current) <= 0) return;
      const waiter: Waiter = { revision, done: deferred() };
      const abort = (): void => waiter.done.reject(signal?.reason);
      waiters.add(waiter);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        await waiter.done.promise;
      } finally {
        waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
      }
    },
    close(reason) {
      closed = reason;
      for (const { done } of waiters) done.reject(reason);
      waiters.clear();
    },
  };
}
