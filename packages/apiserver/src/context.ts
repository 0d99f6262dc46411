// What travels with one request through the chain.
import type { RequestOptions } from "@knots/client";
import type { User } from "./user.ts";

/** One request's surroundings. */
export interface RequestContext {
  readonly user: User;
  /** The client's User-Agent, empty when it sent none; absent for requests in process. */
  readonly userAgent?: string | undefined;
  readonly options: RequestOptions;
  /** A revision or a time, as the client wrote it: reads show the state then, and nothing can be written. Absent: the present. */
  readonly moment?: string | undefined;
  /** The revision that `moment` means, known once the request was authorised. */
  readonly at?: number | undefined;
  /** Aborts when the client left or the request ran out of time. */
  readonly signal?: AbortSignal | undefined;
  /** What was wrong with the body's text but could be read (fields that appear twice). */
  readonly duplicates?: readonly string[];
  /** Tells the client something that did not stop the request. */
  readonly warn: (message: string) => void;
}
