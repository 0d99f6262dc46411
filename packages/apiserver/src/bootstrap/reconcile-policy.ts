// Brings the built-in roles and bindings up to date at start; what an administrator added stays.
import type { Transport } from "@knots/client";
import { type GroupVersionResource, isApiError, type KubeObject } from "@knots/machinery";
import { type Rule, uncovered } from "../authorization/rules.ts";
import { equalJson } from "../registry/objects.ts";
import { type BindingObject, clusterRoleBindings, clusterRoles, type RoleObject } from "./policy.ts";

const GROUP = "rbac.authorization.k8s.io";
const AUTOUPDATE = `${GROUP}/autoupdate`;
const resource = (plural: string): GroupVersionResource => ({ group: GROUP, version: "v1", resource: plural });

async function find<T extends KubeObject>(transport: Transport, plural: string, name: string): Promise<T | undefined> {
  try {
    return (await transport.request({ verb: "get", resource: resource(plural), name })) as T;
  } catch (error) {
    if (isApiError(error, "NotFound")) return undefined;
    throw error;
  }
}

const frozenByOwner = ({ metadata }: KubeObject): boolean => metadata.annotations?.[AUTOUPDATE] === "false";

/** The role with the rules it lacks; undefined when it lacks none. Gathered rules are the aggregation's business. */
function completedRole(wanted: RoleObject, found: RoleObject): RoleObject | undefined {
  if (wanted.aggregationRule) {
    return equalJson(wanted.aggregationRule, found.aggregationRule)
      ? undefined
      : { ...found, aggregationRule: wanted.aggregationRule };
  }
  const missing: readonly Rule[] = uncovered(found.rules ?? [], wanted.rules);
  return missing.length === 0 ? undefined : { ...found, rules: [...(found.rules ?? []), ...missing] };
}

function completedBinding(wanted: BindingObject, found: BindingObject): BindingObject | undefined {
  const present = found.subjects ?? [];
  const missing = wanted.subjects.filter((subject) => !present.some((one) => equalJson(one, subject)));
  return missing.length === 0 ? undefined : { ...found, subjects: [...present, ...missing] };
}

interface Reconciliation<T extends KubeObject> {
  readonly plural: string;
  readonly wanted: readonly T[];
  readonly completed: (wanted: T, found: T) => T | undefined;
}

async function reconcile<T extends KubeObject>(transport: Transport, { plural, wanted, completed }: Reconciliation<T>) {
  const attempt = async (object: T): Promise<void> => {
    const name = object.metadata.name ?? "";
    const found = await find<T>(transport, plural, name);
    if (!found) await transport.request({ verb: "create", resource: resource(plural), object });
    const next = found && !frozenByOwner(found) ? completed(object, found) : undefined;
    if (next) await transport.request({ verb: "update", resource: resource(plural), name, object: next });
  };
  const one = async (object: T): Promise<void> => {
    try {
      await attempt(object);
    } catch (error) {
      if (!isApiError(error, "AlreadyExists") && !isApiError(error, "Conflict")) throw error;
      // Another server starts at the same time and was first: what it wrote is looked at like anything found.
      await attempt(object);
    }
  };
  await Promise.all(wanted.map(one));
}

/** Creates or completes all built-in roles and bindings. */
export async function reconcilePolicy(transport: Transport): Promise<void> {
  await reconcile(transport, { plural: "clusterroles", wanted: clusterRoles, completed: completedRole });
  await reconcile(transport, {
    plural: "clusterrolebindings",
    wanted: clusterRoleBindings,
    completed: completedBinding,
  });
}
