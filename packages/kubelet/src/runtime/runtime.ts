// The port to a container runtime: what the node agent needs of it, without its protocol.
import type { ContainerConfig } from "../cri/messages/container.ts";
import type { AuthConfig } from "../cri/messages/image.ts";
import type { PodSandboxConfig } from "../cri/messages/sandbox.ts";

/** The environment that a pod's containers share: namespaces and an address. */
export interface Sandbox {
  readonly id: string;
  readonly podUid: string;
  /** Counts the sandboxes of one pod from 0. */
  readonly attempt: number;
  readonly ready: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Addresses of the pod, the primary one first; empty on the node's own network. */
  readonly ips: readonly string[];
}

export type ContainerPhase = "created" | "running" | "exited" | "unknown";

/** One run of a container. Times in milliseconds since the epoch. */
export interface Instance {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  /** How often the container had been started before this run. */
  readonly restartCount: number;
  /** Hash of the declaration that it was made from. */
  readonly hash: string;
  readonly phase: ContainerPhase;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  /** Name of the image, and the digest that it stood for. */
  readonly image: string;
  readonly imageId: string;
  /** Where its last words are on this machine. */
  readonly terminationLog?: string;
  readonly logPath?: string;
  /** Known only from a status that was written earlier: the runtime has lost it. */
  readonly lost?: boolean;
}

/** Everything that the runtime has of one pod; newest first. */
export interface RuntimePod {
  readonly uid: string;
  readonly sandboxes: readonly Sandbox[];
  readonly instances: readonly Instance[];
}

/** A pod that the runtime has something of. */
export interface RuntimePodName {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
}

/** Something happened to a container or sandbox; the state has to be read again. */
export interface RuntimeEvent {
  /** Of a container or of a sandbox. */
  readonly id: string;
  readonly type: "started" | "exited" | "oom";
}

export interface RuntimeHealth {
  readonly ready: boolean;
  readonly networkReady: boolean;
  /** Why not, in the runtime's words. */
  readonly message: string;
}

export interface RuntimeVersion {
  readonly name: string;
  readonly version: string;
}

export interface RuntimeImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  /** User of the image's configuration when it is a number. */
  readonly uid?: number;
  readonly username?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** What a stream into a container connects. */
export interface StreamOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** A failure that the runtime reported; `code` is gRPC's, "DEADLINE_EXCEEDED" and "UNAVAILABLE" among them. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Sandboxes and containers. Removing what is not there is no failure; all others throw {@link RuntimeError}. */
export interface Runtime {
  version(): Promise<RuntimeVersion>;
  health(): Promise<RuntimeHealth>;
  /** Every pod that has a sandbox or a container. */
  pods(): Promise<readonly RuntimePodName[]>;
  /** The present state of one pod. */
  pod(uid: string): Promise<RuntimePod>;
  /** Makes and starts a sandbox with its network; the answer is its id. */
  runSandbox(config: PodSandboxConfig, signal?: AbortSignal): Promise<string>;
  /** Ends its processes and gives its address back; it stays to be looked at. */
  stopSandbox(id: string): Promise<void>;
  /** Removes it with all its containers. */
  removeSandbox(id: string): Promise<void>;
  createContainer(sandboxId: string, config: ContainerConfig, sandbox: PodSandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, then SIGKILL after `seconds`; resolves when it has ended. */
  stopContainer(id: string, seconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** Makes the runtime write to a new log file at the container's log path. */
  reopenLog(id: string): Promise<void>;
  /** Bytes that running containers have written into their own file systems, by container id; some seconds old. */
  written(): Promise<ReadonlyMap<string, number>>;
  /** Runs a command to its end, or throws DEADLINE_EXCEEDED after `timeout` milliseconds (0: no limit). */
  execSync(id: string, command: readonly string[], timeout: number): Promise<ExecResult>;
  /** Addresses of streams: HTTP URLs of the runtime's own streaming server. */
  execUrl(id: string, command: readonly string[], streams: StreamOptions): Promise<string>;
  attachUrl(id: string, streams: StreamOptions): Promise<string>;
  portForwardUrl(sandboxId: string, ports: readonly number[]): Promise<string>;
  /**
   * What happens from the moment at which this resolves. An exit is told when `pod` shows it. The iteration throws when
   * the runtime goes away, and ends quietly when the signal aborts.
   */
  subscribe(signal: AbortSignal): Promise<AsyncIterable<RuntimeEvent>>;
  /** The image if it is present. */
  image(name: string): Promise<RuntimeImage | undefined>;
  images(): Promise<readonly RuntimeImage[]>;
  /** Pulls an image; the answer is its reference. */
  pullImage(name: string, options?: PullOptions): Promise<string>;
  removeImage(name: string): Promise<void>;
  close(): void;
}

export interface PullOptions {
  readonly auth?: AuthConfig;
  readonly sandbox?: PodSandboxConfig;
  readonly signal?: AbortSignal;
}
