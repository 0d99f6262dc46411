// Public names of @knots/host.
export * from "./cgroup/apply.node.ts";
export * from "./cgroup/hierarchy.ts";
export * from "./cgroup/plan.ts";
export * from "./files/atomic.node.ts";
export * from "./files/owner.node.ts";
export * from "./mounts/mountinfo.ts";
export * from "./mounts/unmount.node.ts";
export * from "./parts/apt.node.ts";
export * from "./parts/ensure.node.ts";
export * from "./parts/error.ts";
export * from "./parts/part.ts";
export * from "./process/detached.node.ts";
export * from "./process/error.ts";
export * from "./process/identity.node.ts";
export * from "./process/log.node.ts";
export * from "./process/run.node.ts";
