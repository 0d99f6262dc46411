// Allowed origins as the command line takes them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { originsOf } from "./origins.ts";
import { UserError } from "./user-error.ts";

test("nobody is allowed unless somebody is named (WIR-24)", () => {
  assert.deepEqual(originsOf({}), {});
  const corsAllowedOrigins = ["//localhost(:|$)", "^https://example\\.com$"];
  assert.deepEqual(originsOf({ corsAllowedOrigins }), { corsAllowedOrigins });
});

test("an expression that would let in strangers is refused before anything starts (WIR-24)", () => {
  for (const wrong of ["example.com", "https://example.com", "^($"]) {
    assert.throws(
      () => originsOf({ corsAllowedOrigins: ["//localhost(:|$)", wrong] }),
      (error) => error instanceof UserError && error.key === "error.origin",
    );
  }
});
