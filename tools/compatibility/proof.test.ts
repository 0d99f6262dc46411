// Tests of what outcomes say about rows, and of how that is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group, Row } from "../../test/compatibility/rows.ts";
import type { NamedOutcome } from "../test/reporter.ts";
import { prove, strangers } from "./proof.ts";
import { groupTable, totals } from "./report.ts";

const row = (number: number, open?: string): Row => ({
  id: `WIR-0${number}`,
  priority: number === 1 ? "P0" : "P1",
  clients: "all",
  demand: `demand ${number}`,
  ...(open !== undefined && { open }),
});
const group: Group = { name: "WIR", title: "Wire", rows: [row(1), row(2), row(3, "webhooks"), row(4)] };
const outcome = (file: string, ids: string, result: NamedOutcome["result"] = "passed"): NamedOutcome => ({
  file: `x/${file}.test.ts`,
  name: `a test (${ids})`,
  result,
});
const seen = (...outcomes: NamedOutcome[]): (string | undefined)[][] =>
  prove([group], outcomes).map(({ state, fault }) => [state, ...(fault === undefined ? [] : [fault])]);

test("a stock client counts for more than the wire, and a failure for more than both", () => {
  assert.deepEqual(
    seen(
      outcome("wire", "WIR-01, WIR-02"),
      outcome("kubectl", "WIR-01"),
      outcome("kubectl", "WIR-04"),
      outcome("wire", "WIR-04", "failed"),
    ),
    [["client"], ["protocol"], ["open"], ["failed", "failed: a test (WIR-04)"]],
  );
});

test("a row must be proved or say why it is open, and not both", () => {
  assert.deepEqual(seen(outcome("wire", "WIR-03"), outcome("kubectl", "WIR-02", "skipped")), [
    ["open", "no test names it, and it is not declared open"],
    ["open", "its tests were skipped"],
    ["protocol", "proved, although it is declared open"],
    ["open", "no test names it, and it is not declared open"],
  ]);
});

test("ids without a row are named once, but for those of groups without rows", () => {
  const ids = ["WIR-09", "WIR-01", "ABC-01", "WIR-09", "NODE-01"];
  assert.deepEqual(strangers([group], ["NODE"], ids), ["ABC-01", "WIR-09"]);
});

test("the table is aligned and tells why a row is open or at fault", () => {
  const proofs = prove(
    [group],
    [outcome("kubectl", "WIR-01"), outcome("wire", "WIR-02"), outcome("wire", "WIR-04", "failed")],
  );
  assert.deepEqual(groupTable(group, proofs, false), [
    "WIR  Wire  2 of 4 proved",
    "  WIR-01  P0  ● client    demand 1",
    "  WIR-02  P1  ◐ protocol  demand 2",
    "  WIR-03  P1  ○ open      demand 3",
    "                          open: webhooks",
    "  WIR-04  P1  ✗ failed    demand 4",
    "                          failed: a test (WIR-04)",
  ]);
  assert.deepEqual(totals(proofs, false), [
    "        client protocol     open   failed     rows",
    "  P0         1        0        0        0        1",
    "  P1         0        1        1        1        3",
    "  P2         0        0        0        0        0",
    "  all        1        1        1        1        4",
  ]);
});

test("colours are for terminals", () => {
  const proofs = prove([group], [outcome("kubectl", "WIR-01")]);
  assert.ok(groupTable(group, proofs, true)[1]?.includes("\u001b[32m● client  "));
});
