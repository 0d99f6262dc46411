// Which owners a change of a dependent concerns: those that manage or managed it, and those that might adopt it.
import { type Caches, type Key, keyOf } from "@knots/client";
import { type AnyKind, type KubeObject, selectorFromObject } from "@knots/machinery";
import { controllerRefOf } from "./owner.ts";

type Selecting = KubeObject & { readonly spec?: { readonly selector?: object } };

/** The keys of `ownerKind` that a change of one of their dependents concerns. */
export function dependentKeys(ownerKind: AnyKind) {
  const ownerKeys = (object: KubeObject): readonly Key[] => {
    const reference = controllerRefOf(object);
    return reference?.kind === ownerKind.kind ? [`${object.metadata.namespace}/${reference.name}`] : [];
  };
  return (object: KubeObject, caches: Caches, previous?: KubeObject): readonly Key[] => {
    const owners = [...ownerKeys(object), ...(previous ? ownerKeys(previous) : [])];
    if (controllerRefOf(object)) return owners;
    const adopters = caches
      .of(ownerKind)
      .list(object.metadata.namespace)
      .filter((owner) => selectorFromObject((owner as Selecting).spec?.selector).matches(object.metadata.labels));
    return [...owners, ...adopters.map(keyOf)];
  };
}
