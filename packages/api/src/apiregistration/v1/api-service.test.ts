// What an API service may say, and what is shown of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "@knots/machinery";
import { cellsOf, errorsOf } from "../../errors.fixture.ts";
import { APIService } from "./api-service.ts";

const service = (spec: object, name = "v1.example.com"): Json => ({
  metadata: { name },
  spec: { group: "example.com", version: "v1", groupPriorityMinimum: 100, versionPriority: 10, ...spec },
});
const remote = { service: { namespace: "a", name: "b" } };

const rows: readonly (readonly [string, Json, readonly string[]])[] = [
  ["a local one is right", service({}), []],
  ["so is one with a service", service({ ...remote, insecureSkipTLSVerify: true }), []],
  [
    "another name",
    service({}, "v2.example.com"),
    ['metadata.name: Invalid value: "v2.example.com": must be `spec.version+"."+spec.group`: "v1.example.com"'],
  ],
  [
    "no order",
    service({ groupPriorityMinimum: 0, versionPriority: 2000 }),
    [
      "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000",
      "spec.versionPriority: Invalid value: 2000: must be positive and less than 1000",
    ],
  ],
  [
    "a local one needs no trust",
    service({ insecureSkipTLSVerify: true }),
    ["spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify"],
  ],
  [
    "trust is given in one way",
    service({ ...remote, insecureSkipTLSVerify: true, caBundle: "AQ==" }),
    ["spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present"],
  ],
  ["a service has a name", service({ service: { namespace: "a" } }), ["spec.service.name: Required value"]],
  [
    "the group without a name has one version",
    service({ group: "", version: "v2" }, "v2."),
    ["spec.group: Required value: only v1 may have an empty group and it better be legacy kube"],
  ],
];
for (const [what, value, expected] of rows) {
  test(`API service: ${what}`, () => assert.deepEqual(errorsOf(APIService, value), expected));
}

test("the table names the service and says why it cannot be used", () => {
  const available = (status: string, reason: string) => ({ conditions: [{ type: "Available", status, reason }] });
  const cells = (spec: object, status?: object) => {
    const { Service, Available } = cellsOf(APIService, {
      ...(service(spec) as object),
      ...(status && { status }),
    } as Json);
    return [Service, Available];
  };
  assert.deepEqual(cells({}, available("True", "Local")), ["Local", "True"]);
  assert.deepEqual(cells(remote, available("False", "MissingEndpoints")), ["a/b", "False (MissingEndpoints)"]);
  assert.deepEqual(cells(remote), ["a/b", "Unknown"]);
});
