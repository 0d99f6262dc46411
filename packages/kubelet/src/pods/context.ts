// What all pods of a node share: the ports that their operations use.
import type { Client } from "@knots/client";
import type { Clock, Logger } from "@knots/std";
import type { Images } from "../images/images.ts";
import type { Probes } from "../probes/probes.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { NodeSettings } from "./config/settings.ts";
import type { PodEvents } from "./events.ts";
import type { PodFiles } from "./files.node.ts";
import type { Limit } from "./limit.ts";
import type { EnvironmentOf, PodGroups, VolumeManager } from "./ports.ts";

export interface PodContext {
  readonly client: Client;
  readonly runtime: Runtime;
  readonly volumes: VolumeManager;
  readonly environment: EnvironmentOf;
  readonly groups: PodGroups;
  readonly images: Images;
  readonly probes: Probes;
  readonly files: PodFiles;
  readonly events: PodEvents;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: NodeSettings;
  /** How many sandboxes and containers may be started at once. */
  readonly starts: Limit;
}
