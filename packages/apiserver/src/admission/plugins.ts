// The built-in plugins in their order.
import type { GroupVersionResource } from "@knots/machinery";
import type { Random } from "@knots/std";
import type { Authorizer } from "../authorization/authorizer.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from "./certificate-signers.ts";
import { defaultIngressClass } from "./default-ingress-class.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction, taintNodesByCondition } from "./nodes.ts";
import { defaultTolerationSeconds, type PriorityClass, priority } from "./pod-defaults.ts";
import { serviceAccount } from "./service-account.ts";

const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
const INGRESS_CLASSES = { group: "networking.k8s.io", version: "v1", resource: "ingressclasses" };
const PRIORITY_CLASSES = { group: "scheduling.k8s.io", version: "v1", resource: "priorityclasses" };

/** What plugins are made from. */
export interface PluginParts {
  /** Read at each request, once the registries exist. */
  readonly registries: () => Registries;
  readonly random: Random;
  readonly authorizer: Authorizer;
  /** Names of plugins to leave out. */
  readonly disabled: readonly string[];
  /** Plugins after the built-in ones. */
  readonly further: readonly AdmissionPlugin[];
}

/** The cache answers for what it has; what it does not have yet is asked of the store. */
async function find(
  registries: Registries,
  resource: GroupVersionResource,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
): Promise<AnyObject | undefined> {
  const registry = registries.find(resource);
  if (!registry) return undefined;
  const key = registry.storage.key(namespace, name);
  return registry.cache.get(key) ?? registry.storage.get(key);
}

/** What the cache has of a kind; nothing when the kind is not served. */
function cached(registries: Registries, resource: GroupVersionResource): readonly AnyObject[] {
  return [...(registries.find(resource)?.cache.values() ?? [])];
}

const priorityClasses = (registries: Registries): readonly PriorityClass[] =>
  cached(registries, PRIORITY_CLASSES).map((object) => object as unknown as PriorityClass);

/** All plugins but the disabled ones. Kinds that are not served switch off what depends on them. */
export function admissionPlugins({
  registries,
  random,
  authorizer,
  disabled,
  further,
}: PluginParts): readonly AdmissionPlugin[] {
  const builtin = [
    namespaceLifecycle((name) => find(registries(), core("namespaces"), { name })),
    serviceAccount((namespace, name) => find(registries(), core("serviceaccounts"), { namespace, name }), random),
    nodeRestriction,
    taintNodesByCondition,
    defaultTolerationSeconds,
    priority(() => priorityClasses(registries())),
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction,
    defaultIngressClass(() => cached(registries(), INGRESS_CLASSES)),
  ];
  return [...builtin, ...further].filter(({ name }) => !disabled.includes(name));
}
