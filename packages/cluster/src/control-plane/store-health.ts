// Whether a store that others run answers, for the health endpoints.
import type { HealthCheck } from "@knots/apiserver";
import type { Clock, Logger, Timer } from "@knots/std";
import type { Store } from "@knots/store";

const PERIOD = 2000;
/** Looks that fail before the server says that it is not ready: an election takes one. */
const PATIENCE = 2;

export interface StoreHealth {
  readonly checks: readonly HealthCheck[];
  close(): void;
}

/** Looks at the store every two seconds; a store in this process needs no looking at. */
export function watchStore(store: Store, clock: Clock, log: Logger): StoreHealth {
  const ping: HealthCheck = { name: "ping", check: () => undefined };
  if ("fork" in store) return { checks: [ping], close: () => undefined };
  let failures = 0;
  let fault: string | undefined;
  let timer: Timer | undefined;
  let closed = false;
  const look = async (): Promise<void> => {
    try {
      await store.range({ start: "/registry/", countOnly: true });
      if (fault !== undefined) log.info("the store answers again");
      failures = 0;
      fault = undefined;
    } catch (error) {
      failures++;
      if (failures < PATIENCE) return;
      if (fault === undefined) log.warn("the store does not answer", { error });
      fault = error instanceof Error ? error.message : String(error);
    }
  };
  const next = (): void => {
    if (!closed) timer = clock.setTimer(PERIOD, () => void look().finally(next), { background: true });
  };
  const close = (): void => {
    closed = true;
    timer?.cancel();
  };
  next();
  // Upstream's name of this check.
  return { checks: [ping, { name: "etcd", check: () => fault }], close };
}
