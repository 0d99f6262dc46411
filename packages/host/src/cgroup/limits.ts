// What a control group may use, and the steps that a plan is made of.

/** A limit that is absent is left as it is; "max" takes it away. */
export interface CgroupLimits {
  /** Relative weight as in version 1: 2 to 262,144, where 1,024 is one CPU. */
  readonly cpuShares?: number;
  /** Microseconds of CPU per period of microseconds. */
  readonly cpuQuota?: { readonly quota: number | "max"; readonly period: number };
  readonly memoryBytes?: number | "max";
  readonly pids?: number | "max";
}

/** One change of the file system of control groups; in a plan they are in the order to be done. */
export type CgroupStep =
  | { readonly step: "make"; readonly path: string }
  | { readonly step: "write"; readonly path: string; readonly value: string };
