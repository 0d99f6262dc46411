// A promise with its resolve and reject in hand.

/** A promise that is settled from outside, once. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Creates an unsettled {@link Deferred}. */
export function deferred<T = void>(): Deferred<T> {
  return Promise.withResolvers<T>();
}
