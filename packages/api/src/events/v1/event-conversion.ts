// Events between the two groups that serve them: the same facts under two sets of names.
import type { KubeObject } from "@knots/machinery";

/** Names in this group, and in the core group. */
const NAMES = {
  reportingController: "reportingComponent",
  regarding: "involvedObject",
  note: "message",
  deprecatedSource: "source",
  deprecatedFirstTimestamp: "firstTimestamp",
  deprecatedLastTimestamp: "lastTimestamp",
  deprecatedCount: "count",
} as const;
const BACK = Object.fromEntries(Object.entries(NAMES).map(([here, core]) => [core, here]));

const renamed = (object: KubeObject, names: Readonly<Record<string, string>>): KubeObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [names[name] ?? name, value]),
  ) as unknown as KubeObject;

// biome-ignore lint/suspicious/noExplicitAny: every field keeps its value; only its name changes
type Renamed = any;

export const toHub = (event: KubeObject): Renamed => renamed(event, NAMES);
export const fromHub = (event: KubeObject): Renamed => {
  const { reportingComponent, reportingInstance, ...rest } = renamed(event, {}) as Renamed;
  const reporter = {
    ...(reportingComponent && { reportingComponent }),
    ...(reportingInstance && { reportingInstance }),
  };
  return renamed({ ...rest, ...reporter }, BACK);
};
