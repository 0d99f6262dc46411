// Values of one kind that cannot be read: their key is not in the configuration any more, or they were damaged.
import type { Logger } from "@knots/std";
import type { KeyValue } from "@knots/store";
import { keyOf } from "../encryption/transformer.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Values } from "../registry/values.ts";

/** Keeps what cannot be read, says so in the log, and tries again when somebody asks. */
export interface Unreadable {
  readonly size: number;
  /** The object of a value, or undefined: then the value is kept here. */
  attempt(kv: KeyValue): AnyObject | undefined;
  /** What can be read by now, by key; it is kept here no longer. */
  retry(): readonly (readonly [string, AnyObject])[];
  /** Throws the error of the first value whose key is asked for. */
  check(asked: (key: string) => boolean): void;
  delete(key: string): void;
  clear(): void;
  /** Logs what was found since the last report. */
  report(): void;
}

interface Kept {
  readonly kv: KeyValue;
  readonly error: unknown;
}

/** How many keys a log line names. */
const NAMED = 5;

export function keepUnreadable(values: Pick<Values, "decode" | "prepare">, log: Logger): Unreadable {
  const kept = new Map<string, Kept>();
  let fresh: Kept[] = [];
  const attempt = (kv: KeyValue): AnyObject | undefined => {
    try {
      const object = values.decode(kv);
      kept.delete(kv.key);
      return object;
    } catch (error) {
      kept.set(kv.key, { kv, error });
      return undefined;
    }
  };
  return {
    get size() {
      return kept.size;
    },
    attempt(kv) {
      const object = attempt(kv);
      const found = kept.get(kv.key);
      if (found) fresh.push(found);
      return object;
    },
    retry() {
      const found = [...kept.values()].flatMap(({ kv }) => {
        const object = attempt(kv);
        return object ? [[kv.key, object] as const] : [];
      });
      // What is fetched now is here for the next request.
      void values.prepare([...kept.values()].map(({ kv }) => kv));
      return found;
    },
    check(asked) {
      for (const [key, { error }] of kept) if (asked(key)) throw error;
    },
    delete: (key) => void kept.delete(key),
    clear: () => kept.clear(),
    report() {
      const [first] = fresh;
      if (first) log.error("objects in the store cannot be read; requests for them fail", reportOf(fresh, first));
      fresh = [];
    },
  };
}

function reportOf(found: readonly Kept[], first: Kept) {
  const encryptedWith = keyOf(first.kv.value);
  const keys = found.slice(0, NAMED).map(({ kv }) => kv.key);
  const cause = first.error instanceof Error ? first.error.message : String(first.error);
  return { count: found.length, keys, first: { ...(encryptedWith && { encryptedWith }), error: cause } };
}
