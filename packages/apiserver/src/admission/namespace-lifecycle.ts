// NamespaceLifecycle: nothing is created in a namespace that does not exist or is going away.
import { forbiddenWrite, objectNotFound } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

const NAMESPACES = { group: "", kind: "Namespace", plural: "namespaces" };

/** Finds a namespace, in the cache or else in the store. */
export type FindNamespace = (name: string) => Promise<AnyObject | undefined>;

function terminating({ kind, name }: Attributes, namespace: string): Error {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  return forbiddenWrite(kind, name, why, [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }]);
}

/** The plugin. */
export function namespaceLifecycle(find: FindNamespace): AdmissionPlugin {
  return {
    name: "NamespaceLifecycle",
    async mutate(attributes, object) {
      const { operation, namespace, kind } = attributes;
      if (operation !== "CREATE" || !namespace || kind.scope !== "Namespaced") return object;
      const found = await find(namespace);
      if (!found) throw objectNotFound(NAMESPACES, namespace);
      const { phase } = (found.status ?? {}) as { readonly phase?: string };
      if (found.metadata.deletionTimestamp || phase === "Terminating") throw terminating(attributes, namespace);
      return object;
    },
  };
}
