// ServiceAccount: every pod runs as an account, and its token, the cluster's authority and the namespace are mounted.
import { nameSuffix, type Random } from "@knots/std";
import { forbiddenWrite } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const MIRROR = "kubernetes.io/config.mirror";
const PREFIX = "kube-api-access-";
/** An hour, and seven seconds by which such tokens are told apart. */
const TOKEN_SECONDS = 3607;

interface Mount {
  readonly name: string;
  readonly mountPath: string;
}
interface Container {
  readonly volumeMounts?: readonly Mount[];
}
interface Spec {
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly object[];
  readonly volumes?: readonly { readonly name: string }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** Finds an account, in the cache or else in the store. */
export type FindAccount = (namespace: string, name: string) => Promise<AnyObject | undefined>;

function tokenVolume(name: string): object {
  const sources = [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ];
  return { name, projected: { sources, defaultMode: 0o644 } };
}

const wantsMount = ({ volumeMounts = [] }: Container): boolean =>
  !volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);

function mounted(spec: Spec, random: Random): Spec {
  const { containers = [], initContainers } = spec;
  if (![...containers, ...(initContainers ?? [])].some(wantsMount)) return spec;
  // Not validated yet: a volume may have no name.
  const present = spec.volumes?.find(({ name }: { readonly name?: string }) => name?.startsWith(PREFIX))?.name;
  const name = present ?? `${PREFIX}${nameSuffix(random)}`;
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  const add = (container: Container): Container =>
    wantsMount(container) ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] } : container;
  const volumes = present ? spec.volumes : [...(spec.volumes ?? []), tokenVolume(name) as { readonly name: string }];
  return {
    ...spec,
    ...(volumes && { volumes }),
    containers: containers.map(add),
    ...(initContainers && { initContainers: initContainers.map(add) }),
  };
}

interface Account {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly object[];
}

function withAccount(spec: Spec, name: string, account: Account, random: Random): Spec {
  const secrets = spec.imagePullSecrets?.length ? spec.imagePullSecrets : account.imagePullSecrets;
  const named = {
    ...spec,
    serviceAccountName: name,
    serviceAccount: name,
    ...(secrets?.length && { imagePullSecrets: secrets }),
  };
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  return automount ? mounted(named, random) : named;
}

const concerns = ({ operation, kind, subresource }: Attributes): boolean =>
  operation === "CREATE" && kind.group === "" && kind.plural === "pods" && subresource === undefined;

/** The plugin. */
export function serviceAccount(find: FindAccount, random: Random): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async mutate(attributes, pod) {
      if (!concerns(attributes) || pod.metadata.annotations?.[MIRROR] !== undefined) return pod;
      const { namespace = "", name, kind } = attributes;
      const spec = (pod.spec ?? {}) as Spec;
      const account = spec.serviceAccountName || spec.serviceAccount || "default";
      const found = await find(namespace, account);
      if (!found) {
        const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
        throw forbiddenWrite(kind, name, why);
      }
      return { ...pod, spec: withAccount(spec, account, found as Account, random) };
    },
  };
}
