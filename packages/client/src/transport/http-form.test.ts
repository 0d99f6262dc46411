// Tests of the HTTP form of requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { httpForm } from "./http-form.ts";
import type { ApiRequest } from "./transport.ts";

const pods = { group: "", version: "v1", resource: "pods" };
const deployments = { group: "apps", version: "v1", resource: "deployments" };
const merge = "application/merge-patch+json" as const;
const object = { metadata: { name: "web" } };
const preconditions = { uid: "1" };

const rows: readonly (readonly [sentence: string, request: ApiRequest, line: string])[] = [
  ["a core object", { verb: "get", resource: pods, namespace: "n", name: "web" }, "GET /api/v1/namespaces/n/pods/web"],
  [
    "an object of a group",
    { verb: "get", resource: deployments, namespace: "n", name: "web" },
    "GET /apis/apps/v1/namespaces/n/deployments/web",
  ],
  [
    "a list of all namespaces",
    { verb: "list", resource: pods, options: { limit: 5, labelSelector: "a in (b,c)" } },
    "GET /api/v1/pods?limit=5&labelSelector=a%20in%20(b%2Cc)",
  ],
  [
    "a watch",
    { verb: "watch", resource: pods, options: { resourceVersion: "7", allowWatchBookmarks: true } },
    "GET /api/v1/pods?watch=true&resourceVersion=7&allowWatchBookmarks=true",
  ],
  [
    "a dry run",
    { verb: "create", resource: pods, namespace: "n", object, options: { dryRun: true } },
    'POST /api/v1/namespaces/n/pods?dryRun=All application/json {"metadata":{"name":"web"}}',
  ],
  [
    "no dry run",
    {
      verb: "update",
      resource: pods,
      namespace: "n",
      name: "web",
      subresource: "status",
      object,
      options: { dryRun: false },
    },
    'PUT /api/v1/namespaces/n/pods/web/status application/json {"metadata":{"name":"web"}}',
  ],
  [
    "a patch",
    { verb: "patch", resource: pods, namespace: "n", name: "web", patch: { type: merge, body: { a: null } } },
    'PATCH /api/v1/namespaces/n/pods/web application/merge-patch+json {"a":null}',
  ],
  [
    "a guarded deletion",
    { verb: "delete", resource: pods, namespace: "n", name: "web", delete: { preconditions } },
    'DELETE /api/v1/namespaces/n/pods/web application/json {"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"1"}}',
  ],
  [
    "a name with signs",
    {
      verb: "get",
      resource: { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" },
      name: "system:a/b",
    },
    "GET /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb",
  ],
  [
    "a path below a subresource",
    {
      verb: "get",
      resource: { group: "", version: "v1", resource: "nodes" },
      name: "a",
      subresource: "proxy/stats/summary",
    },
    "GET /api/v1/nodes/a/proxy/stats/summary",
  ],
];

for (const [sentence, request, line] of rows) {
  test(sentence, () => {
    const { method, target, contentType, body } = httpForm(request);
    const text = [method, target, contentType, body && JSON.stringify(body)].filter((part) => part !== undefined);
    assert.equal(text.join(" "), line);
  });
}
