// What a controller counts: upstream's work queue metrics, and its writes by outcome.
import { DURATION_BUCKETS, type Metrics } from "@knots/std";
import type { Ended } from "./apply-writes.ts";
import type { WorkObserver } from "./work-queue.ts";

/** Counts for one controller. */
export interface ControllerMetrics {
  readonly queue: WorkObserver;
  writes(ended: readonly Ended[]): void;
}

const LABELS = ["name"];

/** Joins the metrics of one controller to the registry; several controllers share the metrics by the label `name`. */
export function createControllerMetrics(metrics: Metrics, controller: string): ControllerMetrics {
  const labels = [controller];
  const depth = metrics.gauge({ name: "workqueue_depth", help: "Keys that wait to be worked on.", labels: LABELS });
  const adds = metrics.counter({ name: "workqueue_adds_total", help: "Keys added.", labels: LABELS });
  const retries = metrics.counter({ name: "workqueue_retries_total", help: "Rounds to be repeated.", labels: LABELS });
  const duration = metrics.histogram({
    name: "workqueue_work_duration_seconds",
    help: "How long one round took.",
    labels: LABELS,
    buckets: DURATION_BUCKETS,
  });
  const writes = metrics.counter({
    name: "controller_writes_total",
    help: "Writes by what became of them.",
    labels: ["name", "verb", "result"],
  });
  return {
    queue: {
      added(queued) {
        adds.add(labels);
        depth.set(queued, labels);
      },
      started: (queued) => depth.set(queued, labels),
      ended(milliseconds, retry) {
        duration.observe(milliseconds / 1000, labels);
        if (retry) retries.add(labels);
      },
    },
    writes(ended) {
      for (const { write, state } of ended) writes.add([controller, write.verb, state]);
    },
  };
}
