// What a kubelet may do: its own node, its own pods, and what those pods name.
import { Pod } from "@knots/api";
import type { AnyObject } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import type { User } from "../user.ts";
import { type Authorizer, type Decision, isPathAccess, type ResourceAccess } from "./authorizer.ts";
import { podReferences } from "./pod-references.ts";
import { allows, type Rule } from "./rules.ts";

const NODES_GROUP = "system:nodes";
const NODE_PREFIX = "system:node:";
const YES: Decision = { allowed: true, reason: "" };
const no = (reason: string): Decision => ({ allowed: false, reason });

/** The node that a user is; undefined for others. */
export function nodeNameOf({ name, groups }: User): string | undefined {
  return groups.includes(NODES_GROUP) && name.startsWith(NODE_PREFIX) ? name.slice(NODE_PREFIX.length) : undefined;
}

const READ_BY_REFERENCE = ["secrets", "configmaps", "persistentvolumeclaims"];

function ownLease(node: string, { verb, namespace, name }: ResourceAccess): Decision | undefined {
  if (namespace !== "kube-node-lease") return no("can only access leases in the kube-node-lease namespace");
  if (verb === "create") return undefined;
  return name === node ? YES : no("can only access node lease with the same name as the requesting node");
}

function accountToken({ verb, subresource }: ResourceAccess): Decision | undefined {
  if (verb === "create" && subresource === "token") return undefined;
  return no("can only create tokens for individual service accounts");
}

/** Pods by node, kept while the pods do not change. */
function podsByNode(registries: Registries): (node: string) => readonly AnyObject[] {
  const { cache } = registries.of(Pod);
  let version = -1;
  let index = new Map<string, AnyObject[]>();
  return (node) => {
    if (cache.version !== version) {
      index = Map.groupBy(cache.values(), ({ spec }) => (spec as { readonly nodeName?: string }).nodeName ?? "");
      version = cache.version;
    }
    return index.get(node) ?? [];
  };
}

/** The authorizer; `rules` are what every node may do, `registries` tell which pods are whose. */
export function createNodeAuthorizer(registries: Registries, rules: readonly Rule[]): Authorizer {
  const podsOf = podsByNode(registries);
  const named = (node: string, access: ResourceAccess): Decision => {
    const { verb, resource, name, namespace } = access;
    if (!["get", "list", "watch"].includes(verb)) return no("can only read resources of this type");
    if (name === undefined) return no("can only read namespaced object of this type");
    const found = podsOf(node).some(
      (pod) => pod.metadata.namespace === namespace && podReferences(pod, resource).includes(name),
    );
    return found ? YES : no(`no relationship found between node '${node}' and this object`);
  };
  const special = (node: string, access: ResourceAccess): Decision | undefined => {
    const { group, resource, subresource } = access;
    if (group === "coordination.k8s.io" && resource === "leases") return ownLease(node, access);
    if (group !== "") return undefined;
    if (resource === "serviceaccounts") return accountToken(access) ?? named(node, { ...access, verb: "get" });
    return READ_BY_REFERENCE.includes(resource) && subresource === undefined ? named(node, access) : undefined;
  };
  return {
    authorize(user, access) {
      const node = nodeNameOf(user);
      if (node === undefined) return no("");
      const decision = isPathAccess(access) ? undefined : special(node, access);
      return decision ?? (rules.some((rule) => allows(rule, access)) ? YES : no(""));
    },
  };
}
