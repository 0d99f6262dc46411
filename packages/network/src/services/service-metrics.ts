// What service rules measure: how long a round takes and how long a change needs into the kernel.
import { type Clock, createMetrics, type Metrics } from "@knots/std";

const BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

export interface ServiceMetrics {
  /** Times one round, whatever its end. */
  round<T>(run: () => Promise<T>): Promise<T>;
  /** The oldest change of the round came at `since` on the monotonic clock. */
  inKernel(since: number): void;
  rebuilt(): void;
}

/** Joins the registry; asking again gives the same metrics. */
export function createServiceMetrics(options: { readonly clock: Clock; readonly metrics?: Metrics }): ServiceMetrics {
  const { clock, metrics = createMetrics() } = options;
  const rounds = metrics.histogram({
    name: "kubeproxy_sync_proxy_rules_duration_seconds",
    help: "How long one round of service rules took.",
    buckets: BUCKETS,
  });
  const changes = metrics.histogram({
    name: "service_rules_change_duration_seconds",
    help: "From the news of a change to its rules in the kernel.",
    buckets: BUCKETS,
  });
  const rebuilds = metrics.counter({
    name: "service_rules_rebuilds_total",
    help: "Tables written as a whole.",
  });
  const seconds = (since: number): number => (clock.monotonic() - since) / 1000;
  return {
    async round(run) {
      const start = clock.monotonic();
      try {
        return await run();
      } finally {
        rounds.observe(seconds(start));
      }
    },
    inKernel: (since) => changes.observe(seconds(since)),
    rebuilt: () => rebuilds.add(),
  };
}
