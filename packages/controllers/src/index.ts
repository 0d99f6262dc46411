// Public names of @knots/controllers.
export { deploymentController } from "./deployment/controller.ts";
export { replicaSetController } from "./replicaset/controller.ts";
