// One process of the cluster as the supervisor sees it: how it is started or adopted.
import type { ProcessIdentity } from "@knots/host";
import type { Part } from "../settings/paths.ts";

/** Tells what is being done, in a few words. */
export type Report = (detail: string) => void;

/** A process to keep running. */
export interface PartSpec {
  readonly part: Part;
  /** Starts the process unless it runs; resolves when it answers. */
  readonly start: (report: Report) => Promise<ProcessIdentity>;
}
