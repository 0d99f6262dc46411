// The controllers as a component: one set of informers, each controller writing as its own service account.
import { type Client, type Controller, createClient, type RunningController, runController } from "@knots/client";
import { type ControllerOptions, controllers, runGarbageCollector, runNamespaces } from "@knots/controllers";
import type { AnyKind } from "@knots/machinery";
import { CONTROLLER_MANAGER, controllerUser } from "./identities.ts";
import { outfit } from "./outfit.ts";
import type { Running, Surroundings } from "./surroundings.ts";

/** How the controllers are set. */
export interface ControllingOptions extends Omit<ControllerOptions, "clock"> {
  /** Kinds that are served at the moment. */
  readonly kinds: () => readonly AnyKind[];
  /** Controllers beside the built-in ones. */
  readonly further?: readonly Controller[];
}

/** Service accounts whose name differs from the event source of their controller, as upstream has them. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  controllermanager: "disruption-controller",
  "daemonset-controller": "daemon-set-controller",
  "endpoint-slice-controller": "endpointslice-controller",
  "root-ca-certificate-publisher": "root-ca-cert-publisher",
  "taint-eviction-controller": "node-controller",
};

/** Starts all controllers. */
export function startControllers(options: ControllingOptions, surroundings: Surroundings): Running {
  const { clock, random, transport } = surroundings;
  const own = outfit("controller-manager", CONTROLLER_MANAGER, surroundings);
  const { informers, recorder, log } = own;
  const all = [...controllers({ ...options, clock }), ...(options.further ?? [])];
  const clientOf = (account: string): Client => createClient(transport(controllerUser(account)));
  const common = { informers, clock, log, recorder, kinds: options.kinds };
  const running: readonly RunningController[] = [
    ...all.map((controller) => {
      const client = clientOf(ACCOUNTS[controller.component] ?? controller.component);
      return runController(controller, { client, informers, clock, random, log, recorder });
    }),
    runGarbageCollector({ ...common, client: clientOf("generic-garbage-collector") }),
    runNamespaces({ ...common, client: clientOf("namespace-controller") }),
  ];
  return {
    name: "controller-manager",
    async close() {
      await Promise.all(running.map((controller) => controller.close()));
      await own.close();
    },
  };
}
