// Public names of @knots/controllers.
export { type ControllerOptions, controllers, runLoops } from "./controllers.ts";
export { deploymentController } from "./deployment/controller.ts";
export { runGarbageCollector } from "./garbage/loop.ts";
export { runNamespaces } from "./namespace/loop.ts";
export { replicaSetController } from "./replicaset/controller.ts";
export type { LoopOptions } from "./shared/loop.ts";
