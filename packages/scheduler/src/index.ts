// Public names of @knots/scheduler.
export { type Decision, decide, type Ranking, type Refusal } from "./decision/decide.ts";
export { explain } from "./decision/explain.ts";
export { defaultPlugins } from "./plugins/defaults.ts";
export type { ClusterEvent, NodeFilter, NodeScore, Plugin, Rejection } from "./plugins/plugin.ts";
export type { SchedulerOptions } from "./run/options.ts";
export { runScheduler } from "./run/scheduler.ts";
export { type Cache, type ClusterView, createCache } from "./snapshot/cache.ts";
export type { NodeInfo } from "./snapshot/node-info.ts";
export { type PodInfo, podInfoOf } from "./snapshot/pod-info.ts";
