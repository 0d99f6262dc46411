// Privileges: from security contexts to the runtime's terms, and the check of runAsNonRoot.
import type { Container, Pod, SeccompProfile } from "@knots/api";
import type { LinuxContainerSecurityContext } from "../../cri/messages/container.ts";
import type { LinuxSandboxSecurityContext, NamespaceOption, SecurityProfile } from "../../cri/messages/sandbox.ts";
import { CreateContainerConfigError } from "../../env/error.ts";
import type { RuntimeImage } from "../../runtime/runtime.ts";
import { allContainers } from "../view.ts";

/** Whose namespace is shared: CRI's numbers. */
const SHARED = { pod: 0, container: 1, node: 2 } as const;
const PROFILES = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } as const;

/** What containers do not see of the kernel, and what they see but cannot write. */
const MASKED = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** Namespaces that the pod has for itself, for each container, or from the node. */
export function namespaces({ spec }: Pod): NamespaceOption {
  const pid = spec.hostPID ? SHARED.node : spec.shareProcessNamespace ? SHARED.pod : SHARED.container;
  return {
    network: spec.hostNetwork ? SHARED.node : SHARED.pod,
    ipc: spec.hostIPC ? SHARED.node : SHARED.pod,
    pid,
  };
}

function profile(wanted: SeccompProfile | undefined): SecurityProfile | undefined {
  if (!wanted) return undefined;
  const localhostRef = wanted.localhostProfile;
  return { profileType: PROFILES[wanted.type], ...(localhostRef !== undefined && { localhostRef }) };
}

const idOf = (value: number | undefined, key: "runAsUser" | "runAsGroup") =>
  value === undefined ? {} : { [key]: { value } };

/** Groups of all first processes. */
function groups({ spec }: Pod): readonly number[] {
  const { supplementalGroups = [], fsGroup } = spec.securityContext ?? {};
  return fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup];
}

export function sandboxSecurity(pod: Pod): LinuxSandboxSecurityContext {
  const { runAsUser, runAsGroup } = pod.spec.securityContext ?? {};
  return {
    namespaceOptions: namespaces(pod),
    privileged: allContainers(pod).some(({ spec }) => spec.securityContext?.privileged === true),
    supplementalGroups: groups(pod),
    ...idOf(runAsUser, "runAsUser"),
    ...(runAsUser !== undefined && idOf(runAsGroup, "runAsGroup")),
  };
}

/** The container's context; what it does not say, the pod's says. */
export function containerSecurity(pod: Pod, { securityContext: own = {} }: Container): LinuxContainerSecurityContext {
  const shared = pod.spec.securityContext ?? {};
  const { capabilities, privileged = false, readOnlyRootFilesystem = false, procMount } = own;
  const seccomp = privileged ? undefined : profile(own.seccompProfile ?? shared.seccompProfile);
  const masked = !privileged && procMount !== "Unmasked";
  return {
    namespaceOptions: namespaces(pod),
    privileged,
    readonlyRootfs: readOnlyRootFilesystem,
    noNewPrivs: own.allowPrivilegeEscalation === false,
    supplementalGroups: groups(pod),
    ...idOf(own.runAsUser ?? shared.runAsUser, "runAsUser"),
    ...idOf(own.runAsGroup ?? shared.runAsGroup, "runAsGroup"),
    ...(capabilities && {
      capabilities: { addCapabilities: capabilities.add ?? [], dropCapabilities: capabilities.drop ?? [] },
    }),
    ...(seccomp && { seccomp }),
    ...(masked && { maskedPaths: MASKED, readonlyPaths: READ_ONLY }),
  };
}

/** Throws a {@link CreateContainerConfigError} when the container must not run as root and would, or might. */
export function checkNonRoot(pod: Pod, { name, securityContext: own = {} }: Container, image: RuntimeImage): void {
  const shared = pod.spec.securityContext ?? {};
  if (!(own.runAsNonRoot ?? shared.runAsNonRoot)) return;
  const { metadata } = pod;
  const where = `(pod: "${metadata.name}_${metadata.namespace}(${metadata.uid})", container: ${name})`;
  const user = own.runAsUser ?? shared.runAsUser;
  if (user === 0) throw new CreateContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (user !== undefined || (image.uid ?? 0) > 0) return;
  if (image.username) {
    const message = `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`;
    throw new CreateContainerConfigError(message);
  }
  throw new CreateContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
}
