// What webhooks, admission policies and their bindings may say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind, Json } from "@knots/machinery";
import { errorsOf, filled } from "../../errors.fixture.ts";
import { MutatingAdmissionPolicy } from "./mutating-admission-policy.ts";
import { MutatingWebhookConfiguration } from "./mutating-webhook-configuration.ts";
import { ValidatingAdmissionPolicy } from "./validating-admission-policy.ts";
import { ValidatingAdmissionPolicyBinding } from "./validating-admission-policy-binding.ts";
import { ValidatingWebhookConfiguration } from "./validating-webhook-configuration.ts";

const rule = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] };
const hook = {
  name: "check.example.com",
  clientConfig: { url: "https://check.example.com/path" },
  rules: [rule],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
};
const webhook = (more: object): Json => ({ webhooks: [{ ...hook, ...more }] });
const reached = (clientConfig: object): Json => webhook({ clientConfig });
const ruled = (more: object): Json => webhook({ rules: [{ ...rule, ...more }] });
const policy = (more: object): Json => ({
  spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "true" }], ...more },
});
const binding = (more: object): Json => ({ spec: { policyName: "p", validationActions: ["Deny"], ...more } });
const URL_AT = "webhooks[0].clientConfig.url";
const FORM = "desired format: https://host[/path]";

const rows: readonly (readonly [string, AnyKind, Json, readonly string[]])[] = [
  ["a plain one is right", ValidatingWebhookConfiguration, webhook({}), []],
  [
    "a short name",
    ValidatingWebhookConfiguration,
    webhook({ name: "check.com" }),
    ['webhooks[0].name: Invalid value: "check.com": should be a domain with at least three segments separated by dots'],
  ],
  [
    "no way to reach it",
    ValidatingWebhookConfiguration,
    reached({}),
    ["webhooks[0].clientConfig: Required value: exactly one of url or service is required"],
  ],
  [
    "a URL without protection",
    ValidatingWebhookConfiguration,
    reached({ url: "http://a.example.com" }),
    [`${URL_AT}: Invalid value: "http": 'https' is the only allowed URL scheme; ${FORM}`],
  ],
  [
    "a URL with a question",
    ValidatingWebhookConfiguration,
    reached({ url: "https://a.example.com/?a=b" }),
    [`${URL_AT}: Invalid value: "a=b": query parameters are not permitted in the URL`],
  ],
  [
    "a URL with a login",
    ValidatingWebhookConfiguration,
    reached({ url: "https://me@a.example.com/" }),
    [`${URL_AT}: Invalid value: "me@a.example.com": user information is not permitted in the URL`],
  ],
  [
    "a review that the server cannot send",
    ValidatingWebhookConfiguration,
    webhook({ admissionReviewVersions: ["v2"] }),
    ['webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1'],
  ],
  [
    "all groups and one more",
    ValidatingWebhookConfiguration,
    ruled({ apiGroups: ["*", "apps"] }),
    [
      `webhooks[0].rules[0].apiGroups: Invalid value: ["*","apps"]: if '*' is present, must not specify other API groups`,
    ],
  ],
  [
    "an unknown operation",
    ValidatingWebhookConfiguration,
    ruled({ operations: ["READ"] }),
    [
      'webhooks[0].rules[0].operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
    ],
  ],
  [
    "no resources",
    ValidatingWebhookConfiguration,
    ruled({ resources: [] }),
    ["webhooks[0].rules[0].resources: Required value"],
  ],
  [
    "too patient",
    MutatingWebhookConfiguration,
    webhook({ timeoutSeconds: 31 }),
    ["webhooks[0].timeoutSeconds: Invalid value: 31: must be between 1 and 30, inclusive"],
  ],
  [
    "two of one name",
    MutatingWebhookConfiguration,
    { webhooks: [hook, hook] },
    ['webhooks[1].name: Duplicate value: "check.example.com"'],
  ],
  ["a plain one is right", ValidatingAdmissionPolicy, policy({}), []],
  [
    "no resources",
    ValidatingAdmissionPolicy,
    policy({ matchConstraints: {} }),
    ["spec.matchConstraints.resourceRules: Required value"],
  ],
  [
    "nothing to check",
    ValidatingAdmissionPolicy,
    policy({ validations: [] }),
    [
      "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
      "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
    ],
  ],
  [
    "a message of two lines",
    ValidatingAdmissionPolicy,
    policy({ validations: [{ expression: "true", message: "a\nb" }] }),
    ['spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks'],
  ],
  [
    "a variable that is no name",
    ValidatingAdmissionPolicy,
    policy({ variables: [{ name: "a-b", expression: "1" }] }),
    ['spec.variables[0].name: Invalid value: "a-b": name is not a valid CEL identifier'],
  ],
  [
    "parameters of no kind",
    ValidatingAdmissionPolicy,
    policy({ paramKind: { apiVersion: "v1" } }),
    ["spec.paramKind.kind: Required value"],
  ],
  [
    "refused and warned at once",
    ValidatingAdmissionPolicyBinding,
    binding({ validationActions: ["Deny", "Warn"] }),
    ['spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn'],
  ],
  [
    "parameters by name and by label",
    ValidatingAdmissionPolicyBinding,
    binding({ paramRef: { name: "a", selector: {}, parameterNotFoundAction: "Deny" } }),
    [
      "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
      "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
    ],
  ],
  [
    "a change that is not what its type says",
    MutatingAdmissionPolicy,
    {
      spec: {
        matchConstraints: { resourceRules: [rule] },
        reinvocationPolicy: "Never",
        mutations: [{ patchType: "JSONPatch", applyConfiguration: { expression: "x" } }],
      },
    },
    [
      'spec.mutations[0].applyConfiguration: Invalid value: {"expression":"x"}: must not be specified when patchType is JSONPatch',
      "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
    ],
  ],
];
for (const [what, kind, value, expected] of rows) {
  test(`${kind.kind}: ${what}`, () => assert.deepEqual(errorsOf(kind, value), expected));
}

test("a webhook says everything about itself once it is stored", () => {
  const { webhooks } = filled(MutatingWebhookConfiguration, {
    webhooks: [{ ...hook, clientConfig: { service: { namespace: "a", name: "b" } } }],
  }) as { webhooks: readonly Json[] };
  assert.deepEqual(webhooks[0], {
    ...hook,
    clientConfig: { service: { namespace: "a", name: "b", port: 443 } },
    rules: [{ ...rule, scope: "*" }],
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    reinvocationPolicy: "Never",
  });
});

test("a policy looks at all versions of a resource in all namespaces unless it says otherwise", () => {
  const { spec } = filled(ValidatingAdmissionPolicy, policy({})) as { spec: Record<string, Json> };
  assert.equal(spec["failurePolicy"], "Fail");
  assert.deepEqual(spec["matchConstraints"], {
    resourceRules: [{ ...rule, scope: "*" }],
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
  });
});
