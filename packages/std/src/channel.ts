// A bounded queue between one producer and one consumer, read as an async iterable.
import { type Deferred, deferred } from "./deferred.ts";

/** What a full channel does with the next value. */
export class ChannelFull extends Error {
  override readonly name = "ChannelFull";
}

/** Values pushed synchronously are read in order; after `end` or `fail` the reader drains what is left first. */
export interface Channel<T> extends AsyncIterable<T> {
  readonly size: number;
  /** Adds a value; throws {@link ChannelFull} at the limit; ignored after the end. */
  push(value: T): void;
  /** No more values: the reader ends after the last one. */
  end(): void;
  /** The reader throws `error` after the last value. */
  fail(error: unknown): void;
}

/** Values in order of arrival; taking one is cheap however many there are. */
interface Fifo<T> {
  readonly size: number;
  add(value: T): void;
  take(): T;
}

function createFifo<T>(): Fifo<T> {
  const values: T[] = [];
  let head = 0;
  return {
    get size() {
      return values.length - head;
    },
    add: (value) => void values.push(value),
    take() {
      const value = values[head++] as T;
      if (head > 1024 && head * 2 > values.length) {
        values.splice(0, head);
        head = 0;
      }
      return value;
    },
  };
}

/** Creates a channel that holds at most `limit` unread values; `onReturn` runs when the reader leaves early. */
export function createChannel<T>(limit: number, onReturn: () => void = () => {}): Channel<T> {
  const unread = createFifo<T>();
  let closed: { readonly error?: unknown } | undefined;
  let waiting: Deferred<void> | undefined;
  const wake = (): void => {
    waiting?.resolve();
    waiting = undefined;
  };
  const close = (state: { readonly error?: unknown }): void => {
    closed ??= state;
    wake();
  };
  async function* read(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (unread.size > 0) yield unread.take();
        if (closed) {
          if ("error" in closed) throw closed.error;
          return;
        }
        waiting ??= deferred();
        await waiting.promise;
      }
    } finally {
      close({});
      onReturn();
    }
  }
  return {
    get size() {
      return unread.size;
    },
    push(value) {
      if (closed) return;
      if (unread.size >= limit) throw new ChannelFull(`channel holds its limit of ${limit} values`);
      unread.add(value);
      wake();
    },
    end: () => close({}),
    fail: (error) => close({ error }),
    [Symbol.asyncIterator]: read,
  };
}
