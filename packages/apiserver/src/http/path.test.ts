// Paths of the API and what they name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isApiError } from "@knots/machinery";
import { parseResourcePath } from "./path.ts";

/** Group/version/resource, then namespace, name, subresource and rest, a dash where there is none. */
function shown(path: string): string {
  const found = parseResourcePath(path);
  if (!found) return "nothing";
  const { resource, namespace = "-", name = "-", subresource = "-", rest, watch } = found;
  const place = `${resource.group}/${resource.version}/${resource.resource} ${namespace} ${name} ${subresource}`;
  return `${place}${rest && ` ${rest}`}${watch ? " watch" : ""}`;
}

const rows: readonly (readonly [path: string, what: string])[] = [
  ["/api/v1/pods", "/v1/pods - - -"],
  ["/api/v1/pods/", "/v1/pods - - -"],
  ["//api/v1/pods//", "/v1/pods - - -"],
  ["/apis/apps/v1/namespaces/x/deployments/web/scale", "apps/v1/deployments x web scale"],
  ["/api/v1/namespaces/x", "/v1/namespaces - x -"],
  ["/api/v1/namespaces/x/", "/v1/namespaces - x -"],
  ["/api/v1/namespaces/x/finalize", "/v1/namespaces - x finalize"],
  ["/api/v1/namespaces/x/configmaps/a.b%3Ac", "/v1/configmaps x a.b:c -"],
  ["/api/v1/namespaces/x/configmaps/a:b", "/v1/configmaps x a:b -"],
  ["/api/v1/namespaces/x/configmaps/%61", "/v1/configmaps x a -"],
  ["/api/v1/namespaces/x/configmaps/h%C3%A9", "/v1/configmaps x h\u00e9 -"],
  ["/api/v1/namespaces/x/pods/web%2Flog", "/v1/pods x web log"],
  ["/api%2Fv1%2Fpods", "/v1/pods - - -"],
  ["/api/v1/namespaces/x/configmaps/a%252Fb", "/v1/configmaps x a%2Fb -"],
  ["/api/v1/watch/namespaces/x/pods/web", "/v1/pods x web - watch"],
  ["/api/v1/namespaces/x/services/web/proxy/a/b", "/v1/services x web proxy /a/b"],
  ["/api/v1/namespaces/x/services/web/proxy/a/", "/v1/services x web proxy /a/"],
  ["/api/v1/namespaces/x/services/web/proxy/", "/v1/services x web proxy /"],
  ["/api/v1/namespaces/x/services/https:web:443/proxy", "/v1/services x https:web:443 proxy"],
  ["/api/v1/namespaces/x/pods/web/log/more", "nothing"],
  ["/api/v1//pods", "nothing"],
  ["/api/v1/pods//log", "nothing"],
  ["/api/v1", "nothing"],
  ["/apis/apps/v1", "nothing"],
  ["/healthz", "nothing"],
  ["/", "nothing"],
];
for (const [path, what] of rows) {
  test(`${path} is ${what} (WIR-23)`, () => assert.equal(shown(path), what));
}

test("a malformed escape is the client's fault (WIR-23)", () => {
  for (const path of ["/api/v1/pods/%zz", "/api/v1/pods/%", "/api/v1/pods/%c3"]) {
    assert.throws(
      () => parseResourcePath(path),
      (error) => isApiError(error) && error.status.code === 400,
    );
  }
});
