// One process of the cluster as the supervisor sees it: how it starts, and how one knows that it is ready.
import type { Part } from "../settings/paths.ts";

/** A process to keep running. */
export interface PartSpec {
  readonly part: Part;
  readonly argv: readonly string[];
  /** Resolves when the part answers; rejects when the signal aborts first. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds that `ready` may take. */
  readonly timeout: number;
}
