// Environments of the pods of this node, over its local copies of what they refer to.
import type { ConfigMap, Container, Pod, Secret, Service } from "@knots/api";
import type { Informer } from "@knots/client";
import type { EnvironmentOf } from "../pods/ports.ts";
import type { ReferencedObjects } from "../volumes/objects.ts";
import { environmentOf } from "./environment.ts";
import { referencesOf } from "./references.ts";
import type { Allocatable } from "./resource-ref.ts";

export interface PodEnvironmentOptions {
  readonly objects: ReferencedObjects;
  readonly services: Pick<Informer<Service>, "list" | "synced">;
  /** What the node gives to pods at present. */
  readonly allocatable: () => Allocatable;
}

/** Only this container's references are waited for: another container's missing object is not its fault. */
const alone = (pod: Pod, { env, envFrom }: Container): Pod => ({
  ...pod,
  spec: { containers: [{ name: "", ...(env && { env }), ...(envFrom && { envFrom }) }] },
});

/** Creates the function; it waits until the copies of services and of what the container refers to are complete. */
export function createEnvironmentOf({ objects, services, allocatable }: PodEnvironmentOptions): EnvironmentOf {
  return async (pod, container, place) => {
    objects.hold(pod);
    await services.synced();
    const { namespace } = pod.metadata;
    const { configMaps, secrets } = referencesOf(alone(pod, container));
    const foundConfig = new Map<string, ConfigMap | undefined>();
    const foundSecrets = new Map<string, Secret | undefined>();
    for (const name of configMaps) foundConfig.set(name, await objects.configMap(namespace, name));
    for (const name of secrets) foundSecrets.set(name, await objects.secret(namespace, name));
    const sources = {
      configMap: (_namespace: string, name: string) => foundConfig.get(name),
      secret: (_namespace: string, name: string) => foundSecrets.get(name),
      services: () => services.list(),
    };
    return environmentOf({ pod, container, ...place, allocatable: allocatable(), sources });
  };
}
