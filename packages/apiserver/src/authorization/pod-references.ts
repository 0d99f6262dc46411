// Names of the objects that a pod refers to, by resource.
import type { AnyObject } from "../registry/objects.ts";

type Named = { readonly name?: string };
interface Source {
  readonly configMap?: Named;
  readonly secret?: Named & { readonly secretName?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly projected?: { readonly sources?: readonly { readonly configMap?: Named; readonly secret?: Named }[] };
}
interface Container {
  readonly env?: readonly {
    readonly valueFrom?: { readonly configMapKeyRef?: Named; readonly secretKeyRef?: Named };
  }[];
  readonly envFrom?: readonly { readonly configMapRef?: Named; readonly secretRef?: Named }[];
}
interface Spec {
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly Named[];
  readonly volumes?: readonly Source[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

function containersOf({ containers = [], initContainers = [], ephemeralContainers = [] }: Spec): readonly Container[] {
  return [...containers, ...initContainers, ...ephemeralContainers];
}

function configMaps(spec: Spec): readonly (string | undefined)[] {
  const volumes = (spec.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  const env = containersOf(spec).flatMap((container) => [
    ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...(container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
  ]);
  return [...volumes, ...env];
}

function secrets(spec: Spec): readonly (string | undefined)[] {
  const volumes = (spec.volumes ?? []).flatMap(({ secret, projected }) => [
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ]);
  const env = containersOf(spec).flatMap((container) => [
    ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...(container.envFrom ?? []).map(({ secretRef }) => secretRef?.name),
  ]);
  return [...volumes, ...env, ...(spec.imagePullSecrets ?? []).map(({ name }) => name)];
}

const READERS: Readonly<Record<string, (spec: Spec) => readonly (string | undefined)[]>> = {
  configmaps: configMaps,
  secrets,
  serviceaccounts: ({ serviceAccountName }) => [serviceAccountName],
  persistentvolumeclaims: ({ volumes = [] }) => volumes.map((volume) => volume.persistentVolumeClaim?.claimName),
};

/** Names of one resource that the pod's spec mentions. */
export function podReferences(pod: AnyObject, resource: string): readonly string[] {
  const names = READERS[resource]?.(pod.spec ?? {}) ?? [];
  return names.filter((name) => name !== undefined);
}
