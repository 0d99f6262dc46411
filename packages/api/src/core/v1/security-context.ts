// Privileges of pods and containers.
import { atomicList, boolean, field, int64, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { unixId } from "./common.ts";
import { consistentPrivileges } from "./container-checks.ts";

const appArmorProfile = object("io.k8s.api.core.v1.AppArmorProfile", {
  type: field(1, string({ enum: ["Localhost", "RuntimeDefault", "Unconfined"] }), "Where the profile comes from.", {
    required: true,
  }),
  localhostProfile: field(2, string(), "Profile loaded on the node; with Localhost only.", { pointer: true }),
});
/** An AppArmor profile. */
export interface AppArmorProfile extends TypeOf<typeof appArmorProfile> {}
export const AppArmorProfile: ObjectSchema<AppArmorProfile> = appArmorProfile;

const seccompProfile = object("io.k8s.api.core.v1.SeccompProfile", {
  type: field(1, string({ enum: ["Localhost", "RuntimeDefault", "Unconfined"] }), "Where the profile comes from.", {
    required: true,
  }),
  localhostProfile: field(2, string(), "File below the kubelet's seccomp folder; with Localhost only.", {
    pointer: true,
  }),
});
/** A seccomp profile. */
export interface SeccompProfile extends TypeOf<typeof seccompProfile> {}
export const SeccompProfile: ObjectSchema<SeccompProfile> = seccompProfile;

const capabilities = object("io.k8s.api.core.v1.Capabilities", {
  add: field(1, atomicList(string()), "Capabilities to add."),
  drop: field(2, atomicList(string()), "Capabilities to drop."),
});
/** Linux capabilities to add to and drop from the default set. */
export interface Capabilities extends TypeOf<typeof capabilities> {}
export const Capabilities: ObjectSchema<Capabilities> = capabilities;

const seLinuxOptions = object("io.k8s.api.core.v1.SELinuxOptions", {
  user: field(1, string(), "User part of the label."),
  role: field(2, string(), "Role part of the label."),
  type: field(3, string(), "Type part of the label."),
  level: field(4, string(), "Level part of the label."),
});
/** An SELinux label. */
export interface SELinuxOptions extends TypeOf<typeof seLinuxOptions> {}
export const SELinuxOptions: ObjectSchema<SELinuxOptions> = seLinuxOptions;

const windowsSecurityContextOptions = object("io.k8s.api.core.v1.WindowsSecurityContextOptions", {
  gmsaCredentialSpecName: field(1, string(), "Name of the GMSA credential spec.", { pointer: true }),
  gmsaCredentialSpec: field(2, string(), "Content of the GMSA credential spec.", { pointer: true }),
  runAsUserName: field(3, string(), "User that runs the program.", { pointer: true }),
  hostProcess: field(4, boolean(), "Whether the container runs as a host process.", { pointer: true }),
});
/** Privileges on Windows. */
export interface WindowsSecurityContextOptions extends TypeOf<typeof windowsSecurityContextOptions> {}
export const WindowsSecurityContextOptions: ObjectSchema<WindowsSecurityContextOptions> = windowsSecurityContextOptions;

const securityContext = object("io.k8s.api.core.v1.SecurityContext", {
  capabilities: field(1, Capabilities, "Capabilities to add and drop.", { pointer: true }),
  privileged: field(2, boolean(), "Whether the container has the host's privileges.", { pointer: true }),
  seLinuxOptions: field(3, SELinuxOptions, "SELinux label of the container.", { pointer: true }),
  windowsOptions: field(10, WindowsSecurityContextOptions, "Privileges on Windows.", { pointer: true }),
  runAsUser: field(4, unixId, "User ID of the first process.", { pointer: true }),
  runAsGroup: field(8, unixId, "Group ID of the first process.", { pointer: true }),
  runAsNonRoot: field(5, boolean(), "Whether user 0 is refused.", { pointer: true }),
  readOnlyRootFilesystem: field(6, boolean(), "Whether the root file system is read-only.", { pointer: true }),
  allowPrivilegeEscalation: field(7, boolean(), "Whether a process may gain more privileges than its parent.", {
    pointer: true,
  }),
  procMount: field(9, string({ enum: ["Default", "Unmasked"] }), "How much of /proc is masked.", { pointer: true }),
  seccompProfile: field(11, SeccompProfile, "Seccomp profile of the container.", { pointer: true }),
  appArmorProfile: field(12, AppArmorProfile, "AppArmor profile of the container.", { pointer: true }),
});
/** Privileges of one container; these win over the pod's. */
export interface SecurityContext extends TypeOf<typeof securityContext> {}
export const SecurityContext: ObjectSchema<SecurityContext> = securityContext.check(consistentPrivileges);

const sysctl = object("io.k8s.api.core.v1.Sysctl", {
  name: field(1, string(), "Name of the parameter.", { required: true }),
  value: field(2, string(), "Value of the parameter.", { required: true, always: true }),
});
/** A kernel parameter. */
export interface Sysctl extends TypeOf<typeof sysctl> {}
export const Sysctl: ObjectSchema<Sysctl> = sysctl;

const podSecurityContext = object("io.k8s.api.core.v1.PodSecurityContext", {
  seLinuxOptions: field(1, SELinuxOptions, "SELinux label of all containers.", { pointer: true }),
  windowsOptions: field(8, WindowsSecurityContextOptions, "Privileges on Windows.", { pointer: true }),
  runAsUser: field(2, unixId, "User ID of first processes.", { pointer: true }),
  runAsGroup: field(6, unixId, "Group ID of first processes.", { pointer: true }),
  runAsNonRoot: field(3, boolean(), "Whether user 0 is refused.", { pointer: true }),
  supplementalGroups: field(4, atomicList(int64()), "Further groups of first processes."),
  supplementalGroupsPolicy: field(
    12,
    string({ enum: ["Merge", "Strict"] }),
    "Whether groups from the image's /etc/group are added.",
    { pointer: true },
  ),
  fsGroup: field(5, unixId, "Group that owns volumes and is added to processes.", {
    pointer: true,
  }),
  sysctls: field(7, atomicList(Sysctl), "Kernel parameters of the pod's namespaces."),
  fsGroupChangePolicy: field(
    9,
    string({ enum: ["OnRootMismatch", "Always"] }),
    "Whether volumes are always handed to the group or only when needed.",
    { pointer: true },
  ),
  seccompProfile: field(10, SeccompProfile, "Seccomp profile of all containers.", { pointer: true }),
  appArmorProfile: field(11, AppArmorProfile, "AppArmor profile of all containers.", { pointer: true }),
  seLinuxChangePolicy: field(13, string({ enum: ["Recursive", "MountOption"] }), "How volumes get the SELinux label.", {
    pointer: true,
  }),
});
/** Privileges of all containers of a pod. */
export interface PodSecurityContext extends TypeOf<typeof podSecurityContext> {}
export const PodSecurityContext: ObjectSchema<PodSecurityContext> = podSecurityContext;
