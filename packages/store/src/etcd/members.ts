// The members of the cluster as one partner: calls go to one of them until it fails, then to the next.
import { type Clock, sleep } from "@knots/std";
import { StoreError } from "../error.ts";
import { judge, outcomeUnknown, type Verdict } from "./failure.ts";
import type { EtcdMethod } from "./methods.ts";
import {
  type CallFailure,
  type CallLimits,
  type EtcdConnection,
  type EtcdConnector,
  isCallFailure,
  type TwoWay,
} from "./port.ts";

/** Limits of calls (milliseconds). */
export interface CallTimes {
  /** Longest life of a call over all members (default 10,000). */
  readonly patience: number;
  /** How long one member may take for a read before the next is asked (default 3000). */
  readonly read: number;
  /** How long a connection may take (default 2000). */
  readonly connect: number;
}

export const DEFAULT_TIMES: CallTimes = { patience: 10_000, read: 3000, connect: 2000 };
/** Pause after every member has failed once. */
const PAUSE = 100;
/** A member that has lost its leader says so at once instead of waiting. */
const HEADERS = { hasleader: "true" };

/** One member, and how to say that it failed. */
export interface Member {
  readonly endpoint: string;
  readonly connection: EtcdConnection;
}

export interface Members {
  readonly current: Member;
  /** Makes the next member the current one, unless somebody did so already. */
  failed(member: Member): void;
  /** A call without effect: repeated at other members until one answers or time is up. */
  read<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R>;
  /** A call with effect: repeated only while it certainly had none; fails with `unknown-outcome` when nobody knows. */
  write<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R>;
  /** Like `read`, for calls that are streams: sends one message and takes the first answer. */
  exchange<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R>;
  close(): void;
}

/** One way to ask one member; `timeout` in milliseconds. */
type Ask<R> = (connection: EtcdConnection, limits: { readonly timeout: number }) => Promise<R>;

/** What a try belongs to. */
interface Trial {
  readonly decide: Decide;
  /** When patience is over, by the monotonic clock. */
  readonly end: number;
  /** Whether every member was tried since the last pause. */
  readonly lap: boolean;
}

/** Whether to go on after a failure; throws when not. */
type Decide = (verdict: Verdict, failure: CallFailure) => void;

const onRead: Decide = ({ again, error }) => {
  if (!again) throw error;
};
const onWrite: Decide = ({ again, definite, error }, failure) => {
  if (!again) throw error;
  if (!definite) throw outcomeUnknown(failure);
};

export interface MembersOptions {
  readonly clock: Clock;
  readonly times: CallTimes;
  readonly connect: EtcdConnector;
}

/** Connects to `endpoints`, in this order of preference. */
export function createMembers(endpoints: readonly string[], options: MembersOptions): Members {
  if (endpoints.length === 0) throw new StoreError("invalid", "no endpoint of etcd was given");
  return new Cluster(endpoints, options);
}

class Cluster implements Members {
  readonly #clock: Clock;
  readonly #times: CallTimes;
  readonly #members: readonly Member[];
  readonly #closing = new AbortController();
  #index = 0;

  constructor(endpoints: readonly string[], { clock, times, connect }: MembersOptions) {
    this.#clock = clock;
    this.#times = times;
    this.#members = endpoints.map((endpoint) => ({ endpoint, connection: connect(endpoint) }));
  }

  get current(): Member {
    return this.#members[this.#index] as Member;
  }

  failed(member: Member): void {
    if (member === this.current) this.#index = (this.#index + 1) % this.#members.length;
  }

  read<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R> {
    return this.#go(this.#calling(method, request), this.#times.read, onRead);
  }

  write<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R> {
    return this.#go(this.#calling(method, request), this.#times.patience, onWrite);
  }

  exchange<Q, R>(method: EtcdMethod<Q, R>, request: Q): Promise<R> {
    const clock = this.#clock;
    const ask: Ask<R> = (connection, { timeout }) =>
      firstAnswer(connection.duplex(method, this.#common), request, { clock, timeout });
    return this.#go(ask, this.#times.read, onRead);
  }

  close(): void {
    this.#closing.abort(new StoreError("closed", "the store was closed"));
    for (const { connection } of this.#members) connection.close();
  }

  get #common(): CallLimits {
    return { connect: this.#times.connect, headers: HEADERS, signal: this.#closing.signal };
  }

  #calling<Q, R>(method: EtcdMethod<Q, R>, request: Q): Ask<R> {
    return (connection, limits) => connection.call(method, request, { ...this.#common, ...limits });
  }

  /** Tries members until one answers, `decide` throws, or patience is over. */
  async #go<R>(ask: Ask<R>, timeout: number, decide: Decide): Promise<R> {
    const clock = this.#clock;
    const end = clock.monotonic() + this.#times.patience;
    for (let tries = 1; ; tries++) {
      const member = this.current;
      try {
        return await ask(member.connection, { timeout: Math.max(1, Math.min(timeout, end - clock.monotonic())) });
      } catch (error) {
        await this.#afterFailure(member, error, { decide, end, lap: tries % this.#members.length === 0 });
      }
    }
  }

  /** Deals with a failed try: returns when another one makes sense. */
  async #afterFailure(member: Member, error: unknown, { decide, end, lap }: Trial): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) throw new StoreError("closed", "the store was closed", { cause: error });
    if (!isCallFailure(error)) throw error;
    const verdict = judge(error);
    decide(verdict, error);
    this.failed(member);
    if (this.#clock.monotonic() + PAUSE >= end) throw verdict.error;
    if (lap) await sleep(this.#clock, PAUSE, signal);
  }
}

interface Patience {
  readonly clock: Clock;
  readonly timeout: number;
}

/** Sends `request` and takes the first answer. */
async function firstAnswer<Q, R>(stream: TwoWay<Q, R>, request: Q, { clock, timeout }: Patience): Promise<R> {
  const timer = clock.setTimer(timeout, () => stream.cancel(), { background: true });
  try {
    stream.send(request);
    for await (const answer of stream) return answer;
  } finally {
    timer.cancel();
  }
  throw Object.assign(new Error("the stream ended without an answer"), {
    code: "UNAVAILABLE",
    details: `no answer within ${timeout} ms`,
    sent: true,
  });
}
