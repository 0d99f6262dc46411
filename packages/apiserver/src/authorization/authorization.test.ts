// Authorization as clients meet it: refusals in upstream's words, escalation, reviews, nodes.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, test } from "node:test";
import { builtinKinds } from "@knots/api";
import type { ApiRequest } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { type ApiServer, createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP, type User } from "../user.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const signingKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const admin = authenticated("admin", [MASTERS_GROUP]);
const jane = authenticated("jane");

async function start() {
  const clock = createVirtualClock();
  const store = await openTestStore(clock);
  const tokens = { issuer: "https://kubernetes.default.svc", signingKey };
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds, tokens });
  closers.push(
    () => server.close(),
    () => store.close(),
  );
  return { server, clock };
}

interface Body extends KubeObject {
  readonly status?: Readonly<Record<string, unknown>>;
}
const send = async (server: ApiServer, user: User, request: ApiRequest): Promise<Body> =>
  (await server.transport(user).request(request)) as Body;

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isApiError(error), `an ApiError was expected, not ${String(error)}`);
  return `${error.code} ${error.message}`;
}

const core = (resource: string) => ({ group: "", version: "v1", resource });
const rbac = (resource: string) => ({ group: "rbac.authorization.k8s.io", version: "v1", resource });
const GROUP = "rbac.authorization.k8s.io";

async function bind(server: ApiServer, role: string, subject: User): Promise<void> {
  const object = {
    metadata: { name: `${subject.name}-${role}` },
    roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: GROUP, kind: "User", name: subject.name }],
  } as KubeObject;
  await send(server, admin, { verb: "create", resource: rbac("rolebindings"), namespace: "default", object });
  await server.registries.of(builtinKinds[0] as never).sources.feed.current();
}

test("a user without a role is refused in upstream's words", async () => {
  const { server } = await start();
  const pods = { resource: core("pods"), namespace: "default" } as const;
  assert.equal(
    await refusal(send(server, jane, { verb: "list", ...pods })),
    '403 pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  assert.equal(
    await refusal(send(server, jane, { verb: "get", resource: core("nodes"), name: "n" })),
    '403 nodes "n" is forbidden: User "jane" cannot get resource "nodes" in API group "" at the cluster scope',
  );
});

test("a binding in a namespace holds there and nowhere else", async () => {
  const { server } = await start();
  await bind(server, "view", jane);
  await send(server, jane, { verb: "list", resource: core("pods"), namespace: "default" });
  await refusal(send(server, jane, { verb: "list", resource: core("pods"), namespace: "kube-system" }));
  await refusal(send(server, jane, { verb: "list", resource: core("secrets"), namespace: "default" }));
});

test("nobody grants what they do not have", async () => {
  const { server } = await start();
  await bind(server, "admin", jane);
  const role = (verbs: string[], resource: string): KubeObject =>
    ({ metadata: { name: "r" }, rules: [{ apiGroups: [""], resources: [resource], verbs }] }) as KubeObject;
  const roles = { verb: "create", resource: rbac("roles"), namespace: "default" } as const;
  const answer = await refusal(send(server, jane, { ...roles, object: role(["get"], "nodes") }));
  assert.match(
    answer,
    /^403 roles.rbac.authorization.k8s.io "r" is forbidden: user "jane" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["nodes"\], Verbs:\["get"\]\}$/,
  );
  await send(server, jane, { ...roles, object: role(["get"], "pods") });
});

test("reviews say what a user may do", async () => {
  const { server } = await start();
  await bind(server, "view", jane);
  const review = async (user: User, resource: string, verb: string): Promise<unknown> => {
    const spec = { resourceAttributes: { namespace: "default", resource, verb } };
    const answer = await send(server, user, {
      verb: "create",
      resource: { group: "authorization.k8s.io", version: "v1", resource: "selfsubjectaccessreviews" },
      object: { metadata: {}, spec } as KubeObject,
    });
    return answer.status?.["allowed"];
  };
  assert.equal(await review(jane, "pods", "list"), true);
  assert.equal(await review(jane, "pods", "delete"), false);
  assert.equal(await review(admin, "pods", "delete"), true);
});

test("a node reads only what its pods name", async () => {
  const { server } = await start();
  const node = authenticated("system:node:n1", ["system:nodes"]);
  const secret = { resource: core("secrets"), namespace: "default" } as const;
  for (const name of ["used", "other"])
    await send(server, admin, { verb: "create", ...secret, object: { metadata: { name } } });
  const pod = {
    metadata: { name: "p" },
    spec: {
      nodeName: "n1",
      containers: [{ name: "main", image: "image", envFrom: [{ secretRef: { name: "used" } }] }],
    },
  } as KubeObject;
  const account = { metadata: { name: "default" } };
  await send(server, admin, {
    verb: "create",
    resource: core("serviceaccounts"),
    namespace: "default",
    object: account,
  });
  await send(server, admin, { verb: "create", resource: core("pods"), namespace: "default", object: pod });
  await server.registries.of(builtinKinds[0] as never).sources.feed.current();
  await send(server, node, { verb: "get", ...secret, name: "used" });
  assert.match(
    await refusal(send(server, node, { verb: "get", ...secret, name: "other" })),
    /no relationship found between node 'n1' and this object/,
  );
});

test("a token of an account is good until the account goes", async () => {
  const { server, clock } = await start();
  const accounts = { resource: core("serviceaccounts"), namespace: "default" } as const;
  await send(server, admin, { verb: "create", ...accounts, object: { metadata: { name: "bot" } } });
  const wish = { metadata: {}, spec: { expirationSeconds: 600 } } as KubeObject;
  const made = await send(server, admin, {
    verb: "create",
    ...accounts,
    name: "bot",
    subresource: "token",
    object: wish,
  });
  const token = made.status?.["token"] as string;
  const { name, groups } = await server.authenticator.authenticate({ authorization: `Bearer ${token}` });
  assert.equal(name, "system:serviceaccount:default:bot");
  assert.ok(groups.includes("system:serviceaccounts:default"));
  const review = await send(server, admin, {
    verb: "create",
    resource: { group: "authentication.k8s.io", version: "v1", resource: "tokenreviews" },
    object: { metadata: {}, spec: { token } } as KubeObject,
  });
  assert.equal(review.status?.["authenticated"], true);
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  assert.equal(
    await refusal(server.authenticator.authenticate({ authorization: `Bearer ${forged}` })),
    "401 Unauthorized",
  );
  await clock.advance(601_000);
  assert.equal(
    await refusal(server.authenticator.authenticate({ authorization: `Bearer ${token}` })),
    "401 Unauthorized",
  );
});
