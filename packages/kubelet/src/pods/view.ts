// What plan and status look at: the pod as it should be, as the runtime has it, and what the worker remembers. Pure data.
import type { Container, Pod } from "@knots/api";
import type { Instance, RuntimePod, Sandbox } from "../runtime/runtime.ts";
import type { Backoff } from "./backoff.ts";
import { containerHash } from "./hash.ts";

/** What the probes say about one run of a container. */
export interface Verdict {
  /** The startup probe has passed, or there is none. */
  readonly started: boolean;
  /** The readiness probe passes, or there is none and the container has started. */
  readonly ready: boolean;
  /** Why the container has to be stopped. */
  readonly failed?: ProbeFailure;
}

export interface ProbeFailure {
  readonly probe: "liveness" | "startup";
  /** Seconds of grace that the probe asks for instead of the pod's. */
  readonly graceSeconds?: number;
}

/** A start that did not succeed. Times in milliseconds since the epoch. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
  readonly at: number;
  readonly retryAt: number;
  /** How many times in a row. */
  readonly count: number;
  /** Hash of the declaration that failed: another one is tried at once. */
  readonly hash: string;
}

/** Something that is being done for the pod at this moment. */
export type Busy =
  | { readonly type: "sandbox" | "start" | "remove" | "release" }
  | { readonly type: "stop"; readonly deadline: number };

/** What the worker knows beside API and runtime; lost with the process. */
export interface PodMemory {
  /** Why the pod was ended from here, for good; the message of its status. */
  readonly evicted?: string;
  /** When the worker first wanted the pod stopped. */
  readonly stoppingSince?: number;
  /** By container name. */
  readonly crashes: ReadonlyMap<string, Backoff>;
  /** By container name; that of the sandbox under {@link SANDBOX}. */
  readonly failures: ReadonlyMap<string, StartFailure>;
  /** By target: container name, {@link SANDBOX}, or id of what is removed. */
  readonly busy: ReadonlyMap<string, Busy>;
}

/** Target of what is done to the pod as a whole. Not a valid container name. */
export const SANDBOX = "(sandbox)";
/** Target of the last step of a pod that ends. */
export const RELEASE = "(release)";

export interface PodView {
  readonly pod: Pod;
  readonly runtime: RuntimePod;
  /** By container id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly memory: PodMemory;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Regular init containers end before the next begins; sidecars are init containers that keep running. */
export type Role = "init" | "sidecar" | "main" | "ephemeral";

export interface Declared {
  readonly role: Role;
  readonly spec: Container;
  readonly hash: string;
}

const declare =
  (role: (spec: Container) => Role) =>
  (spec: Container): Declared => ({ role: role(spec), spec, hash: containerHash(spec) });

/** Init containers in order, sidecars among them. */
export function initContainers(pod: Pod): readonly Declared[] {
  const role = ({ restartPolicy }: Container): Role => (restartPolicy === "Always" ? "sidecar" : "init");
  return (pod.spec.initContainers ?? []).map(declare(role));
}
export const mainContainers = (pod: Pod): readonly Declared[] => pod.spec.containers.map(declare(() => "main"));
export const ephemeralContainers = (pod: Pod): readonly Declared[] =>
  (pod.spec.ephemeralContainers ?? []).map(declare(() => "ephemeral"));
export const allContainers = (pod: Pod): readonly Declared[] => [
  ...initContainers(pod),
  ...mainContainers(pod),
  ...ephemeralContainers(pod),
];

/** Runs of one container, newest first. */
export const runsOf = (runtime: RuntimePod, name: string): readonly Instance[] =>
  runtime.instances.filter((instance) => instance.name === name);

/** The sandbox that is in use: the newest one. */
export const currentSandbox = ({ sandboxes }: RuntimePod): Sandbox | undefined => sandboxes[0];

/** The newest run inside the sandbox that is in use; runs that were never started do not count. */
export function currentRun(runtime: RuntimePod, name: string): Instance | undefined {
  const sandbox = currentSandbox(runtime);
  const newest = runsOf(runtime, name)[0];
  return newest && newest.phase !== "created" && newest.sandboxId === sandbox?.id ? newest : undefined;
}

export const isAlive = ({ phase }: Instance): boolean => phase === "running" || phase === "unknown";

/** Whether a container with this declaration is started again after it ended with `exitCode`. */
export function restarts({ role, spec }: Declared, pod: Pod, exitCode: number): boolean {
  if (role === "sidecar") return true;
  if (role === "ephemeral") return false;
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  if (policy === "Always") return role === "main" || exitCode !== 0;
  return policy === "OnFailure" && exitCode !== 0;
}

export const NO_MEMORY: PodMemory = { crashes: new Map(), failures: new Map(), busy: new Map() };
