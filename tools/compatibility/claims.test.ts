// Tests of reading rows from the names of tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { idsIn, idsOf, kindOf, patternOf } from "./claims.ts";

test("ids stand in brackets at the end of a name, and nowhere else", () => {
  assert.deepEqual(idsOf("a watch ends (WATCH-12)"), ["WATCH-12"]);
  assert.deepEqual(idsOf("both (WIR-07, WIR-08)"), ["WIR-07", "WIR-08"]);
  assert.deepEqual(idsOf("WATCH-12: a watch ends (after a minute)"), []);
  assert.deepEqual(idsOf("(WIR-07) first"), []);
});

test("a file of tests has them at the end of strings, a transcript at the end of its first line", () => {
  const source = ['test("one (WIR-07)", f);', "test(`${two} (WIR-07, WIR-08)`, f);", "// a word on (WIR-09)"].join(
    "\n",
  );
  assert.deepEqual(idsIn(source), ["WIR-07", "WIR-08"]);
  assert.deepEqual(idsIn("# Ends. (KCTL-05)\n$ echo\n# more (KCTL-06)"), ["KCTL-05"]);
});

test("the pattern finds the tests of the rows and no others", () => {
  const pattern = new RegExp(patternOf(["WIR-07", "WIR-08"]));
  for (const name of ["x (WIR-07)", "x (WIR-01, WIR-08, DSC-01)"]) assert.match(name, pattern);
  for (const name of ["x (WIR-01)", "x (WIR-07) y", "x WIR-07"]) assert.doesNotMatch(name, pattern);
});

test("a stock client is told by the file", () => {
  assert.equal(kindOf("packages/apiserver/src/http/kubectl-usage.test.ts"), "client");
  assert.equal(kindOf("test/e2e/clients/transcripts.test.ts"), "client");
  assert.equal(kindOf("test/e2e/clients/http.test.ts"), "protocol");
});
