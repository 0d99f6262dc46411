// Tolerations: which taints they cover, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isTolerated, type TaintLike, type TolerationLike } from "./toleration.ts";

test("which taints a toleration covers", () => {
  const taint: TaintLike = { key: "disk", value: "5", effect: "NoSchedule" };
  const rows: readonly (readonly [string, TolerationLike, boolean])[] = [
    ["key, value and effect as they are", { key: "disk", value: "5", effect: "NoSchedule" }, true],
    ["Equal is the usual operator", { key: "disk", operator: "Equal", value: "5" }, true],
    ["another value", { key: "disk", value: "6" }, false],
    ["another effect", { key: "disk", value: "5", effect: "NoExecute" }, false],
    ["Exists ignores the value", { key: "disk", operator: "Exists" }, true],
    ["another key", { key: "cpu", operator: "Exists" }, false],
    ["Exists without a key covers everything", { operator: "Exists" }, true],
    ["no key and no operator covers nothing", {}, false],
    ["Gt compares numbers", { key: "disk", operator: "Gt", value: "4" }, true],
    ["Gt excludes equality", { key: "disk", operator: "Gt", value: "5" }, false],
    ["Lt compares numbers", { key: "disk", operator: "Lt", value: "6" }, true],
    ["Lt wants numbers", { key: "disk", operator: "Lt", value: "many" }, false],
  ];
  for (const [sentence, toleration, covered] of rows) {
    assert.equal(isTolerated(taint, [toleration]), covered, sentence);
  }
  assert.equal(isTolerated(taint, undefined), false, "no tolerations");
});
