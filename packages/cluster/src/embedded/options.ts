// How an embedded cluster is made.
import type { AnyKind } from "@knots/machinery";
import type { Behaviour } from "@knots/simulation";
import type { Logger } from "@knots/std";

/** Every option has a default that suits a test. */
export interface ClusterOptions {
  /** `virtual` time stands still until `advance`; `real` follows the machine. Default: virtual. */
  readonly time?: "virtual" | "real";
  /** Where virtual time starts, in milliseconds since the epoch; default 2026-01-01. */
  readonly start?: number;
  /** Seed of every random choice, uids and generated names included. The same seed gives the same history. Default 1. */
  readonly seed?: number;
  /** Number of simulated nodes; default 1. */
  readonly nodes?: number;
  /** What simulated pods do; default: they start, become ready and stay. */
  readonly behaviour?: Behaviour;
  /** Whether controllers run; default true. */
  readonly controllers?: boolean;
  /** Whether the scheduler runs; default true. */
  readonly scheduler?: boolean;
  /** Kinds beside the built-in ones. */
  readonly kinds?: readonly AnyKind[];
  /** Receives log lines; default: none. */
  readonly log?: Logger;
}
