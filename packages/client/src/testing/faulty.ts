// A transport that misbehaves by seed: refusals, lost requests and answers, late commits, slow, broken and expired watches, stale lists.
import { ApiError, failure, type KubeObject, type Status } from "@knots/machinery";
import { type Clock, type Random, sleep } from "@knots/std";
import { type ApiRequest, type Transport, UnknownOutcomeError, type WatchEvent } from "../transport/transport.ts";

/** Chances between 0 and 1, and longest delays in milliseconds. What is left out does not happen. */
export interface Faults {
  /** A guarded write (update, patch) is answered with 409. */
  readonly conflict?: number;
  /** A request is answered with 429, 500 or 503 and has no effect. */
  readonly refuse?: number;
  /** A write has no effect, and its outcome is unknown to the caller. */
  readonly lostRequest?: number;
  /** A write has its effect, and its outcome is unknown to the caller. */
  readonly lostAnswer?: number;
  /** A write has its effect, and the answer is 500. */
  readonly brokenAnswer?: number;
  /** A write takes effect up to `lateBy` after the caller was told that its outcome is unknown. */
  readonly lateCommit?: number;
  readonly lateBy?: number;
  /** Every request and every answer is under way for up to this long. */
  readonly latency?: number;
  /** Every event of a watch is delivered up to this long after the one before it. */
  readonly eventDelay?: number;
  /** Before an event, the connection of the watch breaks. */
  readonly breakWatch?: number;
  /** The event and all that follow are dropped; the watch ends with 410. */
  readonly expireWatch?: number;
  /** A list is answered with an earlier answer of the same list. */
  readonly staleList?: number;
}

export interface FaultyOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Read before every decision, so that a test can end the bad times. */
  readonly faults: () => Faults;
}

const REFUSALS = [
  failure(429, "TooManyRequests", "too many requests, please try again later", { retryAfterSeconds: 1 }),
  failure(500, "InternalError", "an error on the server has prevented the request from succeeding"),
  failure(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
] as const;

type Fault = "refuse" | "conflict" | "lostRequest" | "lostAnswer" | "brokenAnswer" | "lateCommit";
const READ_FAULTS: readonly Fault[] = ["refuse"];
const WRITE_FAULTS: readonly Fault[] = [
  "refuse",
  "conflict",
  "lostRequest",
  "lostAnswer",
  "brokenAnswer",
  "lateCommit",
];

const isRead = ({ verb }: ApiRequest): boolean => verb === "get" || verb === "list";
const isGuarded = ({ verb }: ApiRequest): boolean => verb === "update" || verb === "patch";

/** Wraps the transport of one client. */
export function faulty(transport: Transport, options: FaultyOptions): Transport {
  const lists = new Map<string, KubeObject | Status>();
  const { random, clock, faults } = options;
  const happens = (chance = 0): boolean => chance > 0 && random.next() < chance;
  const underWay = (longest = 0, signal?: AbortSignal): Promise<void> =>
    longest > 0 ? sleep(clock, random.below(longest + 1), signal) : Promise.resolve();

  const pick = (request: ApiRequest): Fault | undefined => {
    const fault = (isRead(request) ? READ_FAULTS : WRITE_FAULTS).find((name) => happens(faults()[name]));
    return fault === "conflict" && !isGuarded(request) ? undefined : fault;
  };
  const remember = (request: ApiRequest, answer: KubeObject | Status): KubeObject | Status => {
    if (request.verb !== "list") return answer;
    const name = JSON.stringify([request.resource, request.namespace, request.options]);
    const earlier = lists.get(name);
    if (earlier && happens(faults().staleList)) return earlier;
    lists.set(name, answer);
    return answer;
  };
  const suffer = async (fault: Fault, request: ApiRequest): Promise<never> => {
    const refusal = REFUSALS[random.below(REFUSALS.length)] ?? REFUSALS[0];
    if (fault === "refuse") throw new ApiError(refusal);
    if (fault === "conflict") throw new ApiError(failure(409, "Conflict", "the object has been modified"));
    if (fault === "lateCommit")
      clock.setTimer(random.below((faults().lateBy ?? 0) + 1), () => void transport.request(request).catch(() => {}));
    else if (fault !== "lostRequest") await transport.request(request);
    if (fault === "brokenAnswer") throw new ApiError(REFUSALS[1]);
    throw new UnknownOutcomeError(`the connection broke after ${request.verb} was sent`);
  };
  return {
    async request(request, signal) {
      const fault = pick(request);
      await underWay(faults().latency, signal);
      if (fault) return suffer(fault, request);
      const answer = await transport.request(request, signal);
      await underWay(faults().latency, signal);
      return remember(request, answer);
    },
    async watch(request, signal) {
      if (happens(faults().refuse)) throw new ApiError(REFUSALS[2]);
      const events = await transport.watch(request, signal);
      return disturbed(events, { happens, faults, delay: () => underWay(faults().eventDelay, signal) });
    },
  };
}

interface Disturbance {
  readonly happens: (chance?: number) => boolean;
  readonly faults: () => Faults;
  readonly delay: () => Promise<void>;
}

async function* disturbed(
  events: AsyncIterable<WatchEvent>,
  { happens, faults, delay }: Disturbance,
): AsyncGenerator<WatchEvent, void, undefined> {
  for await (const event of events) {
    await delay();
    if (happens(faults().breakWatch)) throw new Error("the connection of the watch broke");
    if (happens(faults().expireWatch)) {
      yield { type: "ERROR", object: failure(410, "Expired", "too old resource version") };
      return;
    }
    yield event;
  }
}
