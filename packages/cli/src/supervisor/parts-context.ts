// What every part of a cluster is started with.
import type { Settings } from "../settings/settings.ts";
import type { StartContext } from "./start.node.ts";

export interface PartsContext extends StartContext {
  readonly settings: Settings;
  /** Main file of the program that parts are started with. */
  readonly main: string;
  /** PEM of the cluster's authority. */
  readonly authority: string;
}
