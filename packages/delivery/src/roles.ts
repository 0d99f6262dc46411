// What the platform may do in the API, as ordinary roles of ordinary service accounts, and roles for people.
import { ClusterRole, ClusterRoleBinding, DELIVERY_GROUP, type PolicyRule } from "@knots/api";
import type { Client } from "@knots/client";
import { apiVersionOf, isApiError } from "@knots/machinery";
import { deepEqual } from "@knots/std";

/** Service account of the loops, of the copies that all controllers share, and of the door for pushes. */
export const DELIVERY_ACCOUNT = "delivery-controller";
const NAMESPACE = "kube-system";
const READ = ["get", "list", "watch"];

const rule = (verbs: readonly string[], group: string, ...resources: readonly string[]): PolicyRule => ({
  apiGroups: [group],
  resources,
  verbs,
});
const NETWORKING = "networking.k8s.io";
const EVENTS = [
  rule(["create", "patch", "update"], "", "events"),
  rule(["create", "patch", "update"], "events.k8s.io", "events"),
];

/** Rules by service account; each controller writes as its own. */
const RULES: Readonly<Record<string, readonly PolicyRule[]>> = {
  [DELIVERY_ACCOUNT]: [
    rule(READ, DELIVERY_GROUP, "sites", "builds", "releases"),
    rule(["patch"], DELIVERY_GROUP, "sites"),
    rule(["update"], DELIVERY_GROUP, "sites/status", "releases/status"),
    rule(["create"], DELIVERY_GROUP, "builds"),
    rule(READ, "", "pods", "configmaps", "services", "secrets"),
    rule(READ, "apps", "deployments"),
    rule(READ, NETWORKING, "ingresses"),
    rule(["create"], "authentication.k8s.io", "tokenreviews"),
    rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
    ...EVENTS,
  ],
  "site-controller": [
    rule(["update"], DELIVERY_GROUP, "sites/status", "sites/finalizers"),
    rule(["get", "delete"], DELIVERY_GROUP, "builds"),
    rule(["get", "create", "update"], "", "configmaps"),
  ],
  "build-queue-controller": [
    rule(["get"], DELIVERY_GROUP, "builds"),
    rule(["update"], DELIVERY_GROUP, "builds/status"),
  ],
  "build-controller": [
    rule(["get"], DELIVERY_GROUP, "builds", "releases"),
    rule(["update"], DELIVERY_GROUP, "builds/status", "builds/finalizers", "sites/finalizers"),
    rule(["create"], DELIVERY_GROUP, "releases"),
    rule(["get", "create", "delete"], "", "pods", "secrets"),
  ],
  "release-controller": [
    rule(["get", "delete"], DELIVERY_GROUP, "releases"),
    rule(["update"], DELIVERY_GROUP, "releases/status", "sites/finalizers"),
    rule(["get", "create", "update", "delete"], "apps", "deployments"),
    rule(["get", "create", "update"], "", "services"),
    rule(["get", "create", "update", "delete"], NETWORKING, "ingresses"),
  ],
};

/** What people may do where they are bound to the built-in roles of these names. */
const PEOPLE: Readonly<Record<string, readonly PolicyRule[]>> = {
  view: [rule(READ, DELIVERY_GROUP, "sites", "builds", "releases")],
  edit: [
    rule([...READ, "create", "update", "patch", "delete", "deletecollection", "push"], DELIVERY_GROUP, "sites"),
    rule([...READ, "create", "update", "patch", "delete", "deletecollection"], DELIVERY_GROUP, "builds", "releases"),
  ],
};

function roleOf(
  name: string,
  rules: readonly PolicyRule[],
  labels: Readonly<Record<string, string>> = {},
): ClusterRole {
  return { apiVersion: apiVersionOf(ClusterRole), kind: ClusterRole.kind, metadata: { name, labels } as never, rules };
}

function bindingOf(account: string): ClusterRoleBinding {
  const name = `system:controller:${account}`;
  return {
    apiVersion: apiVersionOf(ClusterRoleBinding),
    kind: ClusterRoleBinding.kind,
    metadata: { name } as never,
    roleRef: { apiGroup: ClusterRole.group, kind: ClusterRole.kind, name },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: NAMESPACE }],
  };
}

/** Every role of the platform. */
export const deliveryRoles: readonly ClusterRole[] = [
  ...Object.entries(RULES).map(([account, rules]) => roleOf(`system:controller:${account}`, rules)),
  ...Object.entries(PEOPLE).map(([name, rules]) =>
    roleOf(`knots:delivery:${name}`, rules, {
      [`rbac.authorization.k8s.io/aggregate-to-${name}`]: "true",
      ...(name === "edit" && { "rbac.authorization.k8s.io/aggregate-to-admin": "true" }),
    }),
  ),
];

/** The bindings of the platform's own accounts. */
export const deliveryBindings: readonly ClusterRoleBinding[] = Object.keys(RULES).map(bindingOf);

/** Makes what is missing and mends what differs; `client` must be allowed to grant all of it. */
export async function ensureDeliveryRoles(client: Client): Promise<void> {
  for (const role of deliveryRoles) {
    const known = await client.find(ClusterRole, { name: role.metadata.name });
    if (!known) await ignoringExisting(client.create(ClusterRole, role));
    else if (!deepEqual(known.rules, role.rules))
      await client.update(ClusterRole, { ...known, rules: role.rules ?? [] });
  }
  for (const binding of deliveryBindings) {
    if (await client.find(ClusterRoleBinding, { name: binding.metadata.name })) continue;
    await ignoringExisting(client.create(ClusterRoleBinding, binding));
  }
}

/** Another process may be making the same object. */
async function ignoringExisting(created: Promise<unknown>): Promise<void> {
  try {
    await created;
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}
