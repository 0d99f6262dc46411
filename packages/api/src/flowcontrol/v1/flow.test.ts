// What flow schemas and priority levels may say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind, Json } from "@knots/machinery";
import { cellsOf, errorsOf, filled } from "../../errors.fixture.ts";
import { FlowSchema } from "./flow-schema.ts";
import { PriorityLevelConfiguration } from "./priority-level-configuration.ts";

const everyone = { kind: "Group", group: { name: "system:authenticated" } };
const everything = { verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] };
const schema = (rule: object, more: object = {}): Json => ({
  spec: {
    priorityLevelConfiguration: { name: "level" },
    rules: [{ subjects: [everyone], resourceRules: [everything], ...rule }],
    ...more,
  },
});
const level = (spec: object): Json => ({ spec: { type: "Limited", ...spec } });
const queues = (queuing: object): Json => level({ limited: { limitResponse: { type: "Queue", queuing } } });
const RULE = "spec.rules[0]";
const QUEUING = "spec.limited.limitResponse.queuing";

const rows: readonly (readonly [string, AnyKind, Json, readonly string[]])[] = [
  ["a plain one is right", FlowSchema, schema({}), []],
  [
    "a rule for nothing",
    FlowSchema,
    schema({ resourceRules: [] }),
    [`${RULE}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`],
  ],
  [
    "a subject of two kinds",
    FlowSchema,
    schema({ subjects: [{ ...everyone, user: { name: "me" } }] }),
    [`${RULE}.subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'`],
  ],
  [
    "a subject without its name",
    FlowSchema,
    schema({ subjects: [{ kind: "User" }] }),
    [`${RULE}.subjects[0].user: Required value: user is required when subject kind is 'User'`],
  ],
  [
    "all verbs and one more",
    FlowSchema,
    schema({ resourceRules: [{ ...everything, verbs: ["*", "get"] }] }),
    [`${RULE}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`],
  ],
  [
    "nowhere",
    FlowSchema,
    schema({ resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }] }),
    [
      `${RULE}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
    ],
  ],
  [
    "the first place is taken",
    FlowSchema,
    schema({}, { matchingPrecedence: 1 }),
    ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
  ],
  ["queues are right", PriorityLevelConfiguration, queues({}), []],
  [
    "limits without limits",
    PriorityLevelConfiguration,
    level({}),
    ["spec.limited: Required value: must not be empty when type is Limited"],
  ],
  [
    "exempt and limited",
    PriorityLevelConfiguration,
    level({ type: "Exempt", limited: { limitResponse: { type: "Reject" } } }),
    ["spec.limited: Forbidden: must be nil if the type is not Limited"],
  ],
  [
    "waiting without queues",
    PriorityLevelConfiguration,
    level({ limited: { limitResponse: { type: "Queue" } } }),
    [`${QUEUING}: Required value: must not be empty if limited.limitResponse.type is Queue`],
  ],
  [
    "a hand larger than the deck",
    PriorityLevelConfiguration,
    queues({ queues: 4, handSize: 5 }),
    [`${QUEUING}.handSize: Invalid value: 5: should not be greater than queues (4)`],
  ],
  [
    "more lent than there is",
    PriorityLevelConfiguration,
    level({ limited: { lendablePercent: 101, limitResponse: { type: "Reject" } } }),
    ["spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive"],
  ],
];
for (const [what, kind, value, expected] of rows) {
  test(`${kind.kind}: ${what}`, () => assert.deepEqual(errorsOf(kind, value), expected));
}

test("limits have a share, queues and a hand unless they say otherwise", () => {
  const { spec } = filled(PriorityLevelConfiguration, queues({})) as { spec: Json };
  assert.deepEqual(spec, {
    type: "Limited",
    limited: {
      nominalConcurrencyShares: 30,
      lendablePercent: 0,
      limitResponse: { type: "Queue", queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
    },
  });
  const exempt = filled(PriorityLevelConfiguration, { spec: { type: "Exempt" } }) as { spec: Json };
  assert.deepEqual(exempt.spec, { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } });
});

test("a level without queues shows none", () => {
  const { Queues, HandSize, NominalConcurrencyShares } = cellsOf(PriorityLevelConfiguration, {
    metadata: { name: "l" },
    ...(level({ limited: {} }) as object),
  });
  assert.deepEqual([Queues, HandSize, NominalConcurrencyShares], ["<none>", "<none>", 30]);
});
