// Namespaces: kept by their own list of finalizers until their content is gone.
import { forbiddenWrite } from "../errors.ts";
import { type AnyObject, withMeta } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";
import type { UpdateScope } from "../registry/update-scope.ts";

const KIND = { group: "", kind: "Namespace", plural: "namespaces" };
const PROTECTED = ["default", "kube-system", "kube-public"];
const NAME_LABEL = "kubernetes.io/metadata.name";

interface NamespaceSpec {
  readonly finalizers?: readonly string[];
}
const specOf = (object: AnyObject): NamespaceSpec => object.spec ?? {};

const labelled = (object: AnyObject): AnyObject =>
  withMeta(object, { labels: { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name ?? "" } });

export const namespaces: Strategy = {
  prepareCreate(object) {
    const finalizers = new Set([...(specOf(object).finalizers ?? []), "kubernetes"]);
    return { ...labelled(object), spec: { finalizers: [...finalizers] }, status: { phase: "Active" } };
  },
  prepareUpdate: (object, old) => labelled({ ...object, spec: old.spec }),
  checkDelete({ metadata: { name = "" } }) {
    if (PROTECTED.includes(name)) throw forbiddenWrite(KIND, name, "this namespace may not be deleted");
  },
  prepareMark: (object) => ({ ...object, status: { ...(object.status as object), phase: "Terminating" } }),
  removable: (object) => (specOf(object).finalizers ?? []).length === 0,
};

/** `namespaces/finalize`: the namespace controller takes its finalizer out. */
export const finalizeScope: UpdateScope = {
  subresource: "finalize",
  merge: (object, old) => ({ ...old, spec: object.spec ?? {} }),
};
