// Every controller of the control plane, as one explicit list.
import type { Controller, RunningController } from "@knots/client";
import { cronJobController } from "./cronjob/controller.ts";
import { daemonSetController } from "./daemonset/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { disruptionController } from "./disruption/controller.ts";
import { staleDisruptionController } from "./disruption/stale.ts";
import { endpointsController } from "./endpoints/controller.ts";
import { endpointSliceController } from "./endpointslice/controller.ts";
import { runGarbageCollector } from "./garbage/loop.ts";
import { jobController } from "./job/controller.ts";
import { runNamespaces } from "./namespace/loop.ts";
import { type NodeLifecycleOptions, nodeLifecycleController } from "./nodelifecycle/controller.ts";
import { podGcController } from "./podgc/controller.ts";
import { replicaSetController } from "./replicaset/controller.ts";
import { rootCaController } from "./rootca/controller.ts";
import { serviceAccountController } from "./serviceaccount/controller.ts";
import type { LoopOptions } from "./shared/loop.ts";
import { statefulSetController } from "./statefulset/controller.ts";
import { taintEvictionController } from "./tainteviction/controller.ts";
import { ttlAfterFinishedController } from "./ttlafterfinished/controller.ts";

export interface ControllerOptions extends NodeLifecycleOptions {
  /** PEM certificates that pods check the API server with; without them no ConfigMap is published. */
  readonly rootCa?: string;
  /** How many ended pods may stay. */
  readonly terminatedPods?: number;
}

/** The controllers that are plans; run them with `runControllers`. */
export function controllers(options: ControllerOptions): readonly Controller[] {
  return [
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    endpointSliceController,
    endpointsController,
    serviceAccountController,
    ...(options.rootCa === undefined ? [] : [rootCaController(options.rootCa)]),
    nodeLifecycleController(options),
    taintEvictionController,
    podGcController(options.terminatedPods),
    disruptionController,
    staleDisruptionController,
    jobController(),
    ttlAfterFinishedController,
    cronJobController,
  ];
}

/** The loops that read the live API: garbage collection and namespaces. They have started when this returns. */
export const runLoops = (options: LoopOptions): readonly RunningController[] => [
  runGarbageCollector(options),
  runNamespaces(options),
];
