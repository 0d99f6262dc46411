// What a request for a certificate may say, and what is shown of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "@knots/machinery";
import { cellsOf, errorsOf } from "../../errors.fixture.ts";
import { CertificateSigningRequest } from "./certificate-signing-request.ts";

const right = { request: "MA==", signerName: "example.com/clients", usages: ["client auth"] };
const asked = (more: object): Json => ({ spec: { ...right, ...more } });
const decided = (...types: readonly string[]): Json => ({
  spec: right,
  status: { conditions: types.map((type) => ({ type, status: "True" })) },
});

const rows: readonly (readonly [string, Json, readonly string[], Json?])[] = [
  ["a plain request is right", asked({}), []],
  [
    "a signer has a domain and a path",
    asked({ signerName: "clients" }),
    [
      "spec.signerName: Invalid value: \"clients\": must be a fully qualified domain and path of the form 'example.com/signer-name'",
    ],
  ],
  [
    "the signer of old is gone",
    asked({ signerName: "kubernetes.io/legacy-unknown" }),
    ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": this value is not allowed'],
  ],
  ["usages are named", asked({ usages: [] }), ["spec.usages: Required value: usages is required"]],
  ["each once", asked({ usages: ["any", "any"] }), ['spec.usages[1]: Duplicate value: "any"']],
  [
    "ten minutes at least",
    asked({ expirationSeconds: 599 }),
    ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds"],
  ],
  [
    "approved and denied at once",
    decided("Approved", "Denied"),
    ['status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
  ],
  [
    "a decision is never False",
    { spec: right, status: { conditions: [{ type: "Approved", status: "False" }] } },
    ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
  ],
  [
    "an approval is not taken back",
    decided("Failed"),
    ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"'],
    decided("Approved"),
  ],
  [
    "a certificate stays",
    { spec: right, status: { certificate: "Ag==" } },
    ["status.certificate: Forbidden: updates may not set certificate content of existing resource"],
    { spec: right, status: { certificate: "AQ==" } },
  ],
];
for (const [what, value, expected, old] of rows) {
  test(`certificate request: ${what}`, () =>
    assert.deepEqual(errorsOf(CertificateSigningRequest, value, old), expected));
}

test("an unknown usage is refused with the list of those that are known", () => {
  const [message = ""] = errorsOf(CertificateSigningRequest, asked({ usages: ["flying"] }));
  assert.match(message, /^spec\.usages\[0\]: Unsupported value: "flying": supported values: "any", "cert sign"/);
});

const conditions: readonly (readonly [string, object, string])[] = [
  ["nothing was decided", {}, "Pending"],
  ["approved", { conditions: [{ type: "Approved", status: "True" }] }, "Approved"],
  ["denied", { conditions: [{ type: "Denied", status: "True" }] }, "Denied"],
  [
    "approved, then failed",
    {
      conditions: [
        { type: "Approved", status: "True" },
        { type: "Failed", status: "True" },
      ],
    },
    "Approved,Failed",
  ],
  ["issued", { conditions: [{ type: "Approved", status: "True" }], certificate: "AQ==" }, "Approved,Issued"],
];
for (const [what, status, expected] of conditions) {
  test(`condition column: ${what}`, () => {
    const value = { metadata: { name: "r" }, spec: { ...right, expirationSeconds: 3600 }, status } as Json;
    const cells = cellsOf(CertificateSigningRequest, value);
    assert.equal(cells["Condition"], expected);
    assert.equal(cells["RequestedDuration"], "60m");
  });
}
