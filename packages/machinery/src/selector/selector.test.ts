// Selectors: what matches, how they are written, what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFieldSelector, parseFieldSelector } from "./field-selector.ts";
import {
  formatLabelSelector,
  nothing,
  parseLabelSelector,
  SelectorError,
  selectorFromObject,
} from "./label-selector.ts";

const web = { app: "web", tier: "front", "example.com/stage": "prod" };

test("label selector text against one set of labels (WATCH-21)", () => {
  const rows: readonly (readonly [string, boolean, string])[] = [
    ["", true, "nothing asked"],
    ["app=web", true, "equal"],
    ["app==web,tier=front", true, "both equal"],
    ["app!=web", false, "not different"],
    ["zone!=a", true, "absent counts as different"],
    ["app in (web, api)", true, "in a set"],
    ["app notin (web)", false, "not outside the set"],
    ["app", true, "exists"],
    ["!app", false, "must be absent"],
    ["!zone", true, "is absent"],
    ["example.com/stage in (prod),tier", true, "prefixed key"],
    ["app in ()", false, "the set of the empty value"],
  ];
  for (const [text, expected, why] of rows)
    assert.equal(parseLabelSelector(text).matches(web), expected, `${text}: ${why}`);
});

test("the text form is stable and parses to itself", () => {
  const text = formatLabelSelector(parseLabelSelector("tier notin (b,a),app == web,!x,y"));
  assert.equal(text, "app=web,tier notin (a,b),!x,y");
  assert.equal(formatLabelSelector(parseLabelSelector(text)), text);
});

test("text that is no selector is refused", () => {
  for (const text of [
    "app in web",
    "app in (web",
    "=web",
    "a=b=c",
    "app web",
    "app=-x",
    "a//b=c",
    ",",
    "app=web,,b",
    "app=web,",
  ])
    assert.throws(() => parseLabelSelector(text), SelectorError, text);
});

test("structured selectors: absent selects nothing, empty selects everything", () => {
  assert.equal(selectorFromObject(undefined), nothing);
  assert.ok(selectorFromObject({}).matches({}));
  const selector = selectorFromObject({
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["front"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  });
  assert.ok(selector.matches(web));
  assert.ok(!selector.matches({ ...web, old: "1" }));
});

test("field selectors keep escaped characters", () => {
  const parsed = parseFieldSelector("spec.nodeName=a\\,b,status.phase!=Running,metadata.name==x");
  assert.deepEqual(parsed, [
    { field: "spec.nodeName", equal: true, value: "a,b" },
    { field: "status.phase", equal: false, value: "Running" },
    { field: "metadata.name", equal: true, value: "x" },
  ]);
  assert.deepEqual(parseFieldSelector(formatFieldSelector(parsed)), parsed);
  assert.throws(() => parseFieldSelector("metadata.name"), SelectorError);
});
