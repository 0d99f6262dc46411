// Continue tokens as anybody may send them.
import assert from "node:assert/strict";
import { isApiError } from "@knots/machinery";
import { fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { BODY, nestedLists } from "../../../../testkit/fuzz/hostile.ts";
import { decodeContinue, encodeContinue } from "./continue-token.ts";

const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

fuzz({
  name: "continue tokens",
  form: TEXT,
  samples: [encodeContinue({ revision: 4711, start: "default/web\0" }), encodeContinue({ revision: -1, start: "é" })],
  tokens: ["=", "-", "_", "/", "+", "eyJ", token({ v: "meta.k8s.io/v1", rv: 1, start: "../x" })],
  hostile: [
    { says: "a body of letters", input: () => "A".repeat(BODY), refused: true },
    { says: "a deep value", input: () => Buffer.from(nestedLists(1_000_000)).toString("base64url"), refused: true },
    {
      says: "a way out of the list",
      input: () => token({ v: "meta.k8s.io/v1", rv: 1, start: "../secrets" }),
      refused: true,
    },
    { says: "no object", input: () => token(null), refused: true },
    {
      says: "a revision beyond all",
      input: () => token({ v: "meta.k8s.io/v1", rv: 1e300, start: "a" }),
      refused: true,
    },
  ],
  run(text) {
    const place = decodeContinue(text);
    assert.ok(Number.isSafeInteger(place.revision) && !place.start.includes("../"));
    assert.deepEqual(decodeContinue(encodeContinue(place)), place);
  },
  declared: (error) => isApiError(error, "BadRequest"),
});
