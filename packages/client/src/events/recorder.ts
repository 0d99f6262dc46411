// The port through which components record Events; recording never waits and never fails.
import type { PlannedEvent } from "../controller/plan.ts";

/** Records Events about objects. */
export interface EventRecorder {
  /** Takes note of one event; `component` is its source. Full queues and refusals are counted, not thrown. */
  record(component: string, event: PlannedEvent): void;
}

/** Drops everything. */
export const silentRecorder: EventRecorder = { record: () => {} };
