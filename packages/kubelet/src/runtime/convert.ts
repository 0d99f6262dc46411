// From the messages of the runtime interface to what the port shows.
import type { Container, ContainerStatus } from "../cri/messages/container.ts";
import type { Image } from "../cri/messages/image.ts";
import type { PodSandbox, PodSandboxStatus } from "../cri/messages/sandbox.ts";
import { CONTAINER_HASH, POD_UID, RESTART_COUNT, TERMINATION_LOG } from "./labels.ts";
import type { ContainerPhase, Instance, RuntimeImage, Sandbox } from "./runtime.ts";

const PHASES: readonly ContainerPhase[] = ["created", "running", "exited", "unknown"];
const SANDBOX_READY = 0;

/** Milliseconds of a time in nanoseconds; undefined for the zero time. */
const milliseconds = (nanoseconds = 0): number | undefined =>
  nanoseconds > 0 ? Math.round(nanoseconds / 1_000_000) : undefined;

/** A sandbox with its addresses, if its status could be read. */
export function sandboxOf(listed: PodSandbox, status?: PodSandboxStatus): Sandbox {
  const { ip, additionalIps = [] } = status?.network ?? {};
  return {
    id: listed.id ?? "",
    podUid: listed.labels?.[POD_UID] ?? "",
    attempt: listed.metadata?.attempt ?? 0,
    ready: (listed.state ?? SANDBOX_READY) === SANDBOX_READY,
    createdAt: milliseconds(listed.createdAt) ?? 0,
    ips: ip ? [ip, ...additionalIps.flatMap((each) => (each.ip ? [each.ip] : []))] : [],
  };
}

type Times = Pick<Instance, "startedAt" | "finishedAt" | "exitCode">;

function timesOf({ state = 0, startedAt, finishedAt, exitCode }: ContainerStatus): Times {
  const started = milliseconds(startedAt);
  const finished = milliseconds(finishedAt);
  return {
    ...(started !== undefined && { startedAt: started }),
    ...(finished !== undefined && { finishedAt: finished }),
    ...(PHASES[state] === "exited" && { exitCode: exitCode ?? 0 }),
  };
}

/** One run of a container. */
export function instanceOf(listed: Container, status: ContainerStatus): Instance {
  const annotations = status.annotations ?? {};
  const { reason, message, logPath } = status;
  const log = annotations[TERMINATION_LOG];
  return {
    id: status.id ?? "",
    name: status.metadata?.name ?? "",
    sandboxId: listed.podSandboxId ?? "",
    restartCount: Number(annotations[RESTART_COUNT] ?? status.metadata?.attempt ?? 0),
    hash: annotations[CONTAINER_HASH] ?? "",
    phase: PHASES[status.state ?? 0] ?? "unknown",
    createdAt: milliseconds(status.createdAt) ?? 0,
    ...timesOf(status),
    ...(reason && { reason }),
    ...(message && { message }),
    image: status.image?.image ?? "",
    imageId: status.imageRef ?? "",
    ...(log && { terminationLog: log }),
    ...(logPath && { logPath }),
  };
}

export function imageOf({ id = "", repoTags = [], repoDigests = [], size = 0, uid, username }: Image): RuntimeImage {
  return {
    id,
    tags: repoTags,
    digests: repoDigests,
    size,
    ...(uid && { uid: uid.value ?? 0 }),
    ...(username && { username }),
  };
}
