// Privileges of pods and containers.
import { atomicList, boolean, field, int64, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const appArmorProfile = object("io.k8s.api.core.v1.AppArmorProfile", {
  type: field(1, string(), "", { required: true }),
  localhostProfile: field(2, string(), "", { pointer: true }),
});
export interface AppArmorProfile extends TypeOf<typeof appArmorProfile> {}
export const AppArmorProfile: ObjectSchema<AppArmorProfile> = appArmorProfile;

const seccompProfile = object("io.k8s.api.core.v1.SeccompProfile", {
  type: field(1, string(), "", { required: true }),
  localhostProfile: field(2, string(), "", { pointer: true }),
});
export interface SeccompProfile extends TypeOf<typeof seccompProfile> {}
export const SeccompProfile: ObjectSchema<SeccompProfile> = seccompProfile;

const capabilities = object("io.k8s.api.core.v1.Capabilities", {
  add: field(1, atomicList(string()), ""),
  drop: field(2, atomicList(string()), ""),
});
export interface Capabilities extends TypeOf<typeof capabilities> {}
export const Capabilities: ObjectSchema<Capabilities> = capabilities;

const seLinuxOptions = object("io.k8s.api.core.v1.SELinuxOptions", {
  user: field(1, string(), ""),
  role: field(2, string(), ""),
  type: field(3, string(), ""),
  level: field(4, string(), ""),
});
export interface SELinuxOptions extends TypeOf<typeof seLinuxOptions> {}
export const SELinuxOptions: ObjectSchema<SELinuxOptions> = seLinuxOptions;

const windowsSecurityContextOptions = object("io.k8s.api.core.v1.WindowsSecurityContextOptions", {
  gmsaCredentialSpecName: field(1, string(), "", { pointer: true }),
  gmsaCredentialSpec: field(2, string(), "", { pointer: true }),
  runAsUserName: field(3, string(), "", { pointer: true }),
  hostProcess: field(4, boolean(), "", { pointer: true }),
});
export interface WindowsSecurityContextOptions extends TypeOf<typeof windowsSecurityContextOptions> {}
export const WindowsSecurityContextOptions: ObjectSchema<WindowsSecurityContextOptions> = windowsSecurityContextOptions;

const securityContext = object("io.k8s.api.core.v1.SecurityContext", {
  capabilities: field(1, Capabilities, "", { pointer: true }),
  privileged: field(2, boolean(), "", { pointer: true }),
  seLinuxOptions: field(3, SELinuxOptions, "", { pointer: true }),
  runAsUser: field(4, int64(), "", { pointer: true }),
  runAsNonRoot: field(5, boolean(), "", { pointer: true }),
  readOnlyRootFilesystem: field(6, boolean(), "", { pointer: true }),
  allowPrivilegeEscalation: field(7, boolean(), "", { pointer: true }),
  runAsGroup: field(8, int64(), "", { pointer: true }),
  procMount: field(9, string(), "", { pointer: true }),
  windowsOptions: field(10, WindowsSecurityContextOptions, "", { pointer: true }),
  seccompProfile: field(11, SeccompProfile, "", { pointer: true }),
  appArmorProfile: field(12, AppArmorProfile, "", { pointer: true }),
});
export interface SecurityContext extends TypeOf<typeof securityContext> {}
export const SecurityContext: ObjectSchema<SecurityContext> = securityContext;

const sysctl = object("io.k8s.api.core.v1.Sysctl", {
  name: field(1, string(), "", { required: true }),
  value: field(2, string(), "", { required: true }),
});
export interface Sysctl extends TypeOf<typeof sysctl> {}
export const Sysctl: ObjectSchema<Sysctl> = sysctl;

const podSecurityContext = object("io.k8s.api.core.v1.PodSecurityContext", {
  seLinuxOptions: field(1, SELinuxOptions, "", { pointer: true }),
  runAsUser: field(2, int64(), "", { pointer: true }),
  runAsNonRoot: field(3, boolean(), "", { pointer: true }),
  supplementalGroups: field(4, atomicList(int64()), ""),
  fsGroup: field(5, int64(), "", { pointer: true }),
  runAsGroup: field(6, int64(), "", { pointer: true }),
  sysctls: field(7, atomicList(Sysctl), ""),
  windowsOptions: field(8, WindowsSecurityContextOptions, "", { pointer: true }),
  fsGroupChangePolicy: field(9, string(), "", { pointer: true }),
  seccompProfile: field(10, SeccompProfile, "", { pointer: true }),
  appArmorProfile: field(11, AppArmorProfile, "", { pointer: true }),
  supplementalGroupsPolicy: field(12, string(), "", { pointer: true }),
  seLinuxChangePolicy: field(13, string(), "", { pointer: true }),
});
export interface PodSecurityContext extends TypeOf<typeof podSecurityContext> {}
export const PodSecurityContext: ObjectSchema<PodSecurityContext> = podSecurityContext;
