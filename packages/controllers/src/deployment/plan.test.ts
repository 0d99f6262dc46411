// Deployment: each step of a rollout as rows, and its bounds as a property over random progress.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deployment, Pod, ReplicaSet } from "@knots/api";
import type { Plan } from "@knots/client";
import { ApiError, failure } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import fc from "fast-check";
import { aDeployment, aPod, aReplicaSet, at, managedBy, NOON } from "../../../../testkit/objects.ts";
import { maxSurge, maxUnavailable } from "./numbers.ts";
import { plan } from "./plan.ts";
import { TEMPLATE_HASH } from "./template.ts";

const NOW = NOON + 100_000;
const REVISION = "deployment.kubernetes.io/revision";
const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAX = "deployment.kubernetes.io/max-replicas";
type Spec = Partial<NonNullable<Deployment["spec"]>>;

const NEW = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "nginx:2" }] } };
const OLD = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "nginx:1" }] } };
const rolling = (maxSurge: number | string, maxUnavailable: number | string): Spec => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});

/** A Deployment of the new template that shows revision 2 already. */
function web(replicas: number, spec: Spec = rolling(1, 0), status = {}): Deployment {
  const annotations = { [REVISION]: "2" };
  return aDeployment("web", replicas, { meta: { annotations }, spec: { template: NEW, ...spec }, status });
}
interface SetShape {
  readonly asked: number;
  readonly available?: number;
  readonly actual?: number;
  readonly revision?: string;
  readonly desired?: number;
  readonly age?: number;
}
function aSet(name: string, template: typeof NEW, shape: SetShape): ReplicaSet {
  const { asked, available = asked, actual = asked, revision = template === NEW ? "2" : "1" } = shape;
  const sizes = { [DESIRED]: String(shape.desired ?? 3), [MAX]: String((shape.desired ?? 3) + 1) };
  const annotations = { [REVISION]: revision, ...sizes };
  return aReplicaSet(name, asked, {
    meta: { annotations, ownerReferences: managedBy(aDeployment("web", 1)), creationTimestamp: at(shape.age ?? 0) },
    spec: { template: { ...template, metadata: { labels: { app: "web", [TEMPLATE_HASH]: name } } } },
    status: { replicas: actual, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  });
}
const fresh = (shape: SetShape): ReplicaSet => aSet("new", NEW, { age: 10, ...shape });
const stale = (shape: SetShape): ReplicaSet => aSet("old", OLD, shape);

function planFor(deployment: Deployment, sets: readonly ReplicaSet[], pods: readonly Pod[] = []): Plan {
  return plan(deepFreeze({ deployment, sets, pods }), NOW);
}
const brief = ({ writes = [] }: Plan): string =>
  writes
    .map(({ verb, object }) => {
      const { spec } = object as ReplicaSet;
      return verb === "delete"
        ? `delete ${object.metadata.name}`
        : `${verb} ${verb === "create" ? "set" : object.metadata.name}=${spec?.replicas}`;
    })
    .sort()
    .join(", ");

test("the next step of a rolling update", () => {
  const rows: readonly (readonly [string, Deployment, readonly ReplicaSet[], string])[] = [
    ["a first set is made at full size", web(3), [], "create set=3"],
    ["a second one is made within the surge", web(3), [stale({ asked: 3 })], "create set=1"],
    ["without surge it is made empty", web(3, rolling(0, 1)), [stale({ asked: 3 })], "create set=0"],
    [
      "while the surge is not available, nothing is taken away",
      web(3),
      [stale({ asked: 3 }), fresh({ asked: 1, available: 0 })],
      "",
    ],
    ["once it is, one old pod goes", web(3), [stale({ asked: 3 }), fresh({ asked: 1 })], "update old=2"],
    ["then the new set grows", web(3), [stale({ asked: 2 }), fresh({ asked: 1 })], "update new=2"],
    [
      "without surge an old pod goes first",
      web(3, rolling(0, 1)),
      [stale({ asked: 3 }), fresh({ asked: 0 })],
      "update new=0, update old=2",
    ],
    [
      "old pods that are not available go at once",
      web(3),
      [stale({ asked: 3, available: 2 }), fresh({ asked: 1, available: 0 })],
      "",
    ],
    [
      "unavailable old pods are taken before available ones",
      web(3, rolling(1, 1)),
      [stale({ asked: 3, available: 1 }), fresh({ asked: 1, available: 0 })],
      "update old=2",
    ],
    ["the last old pod goes", web(3), [stale({ asked: 1 }), fresh({ asked: 3 })], "update old=0"],
    ["a finished rollout writes nothing", web(3), [stale({ asked: 0 }), fresh({ asked: 3 })], ""],
    ["percentages round the surge up", web(10, rolling("25%", 0)), [stale({ asked: 10, desired: 10 })], "create set=3"],
    [
      "zero and zero let one be unavailable",
      web(3, rolling(0, 0)),
      [stale({ asked: 3 }), fresh({ asked: 0 })],
      "update new=0, update old=2",
    ],
    [
      "a set without an owner that matches is adopted first",
      web(3),
      [
        {
          ...stale({ asked: 3 }),
          metadata: { ...stale({ asked: 3 }).metadata, ownerReferences: [], labels: { app: "web" } },
        },
      ],
      "patch old=3",
    ],
  ];
  for (const [sentence, deployment, sets, expected] of rows) {
    const labelled = sets.map((set) => ({ ...set, metadata: { ...set.metadata, labels: { app: "web" } } }));
    assert.equal(brief(planFor(deployment, labelled)), expected, sentence);
  }
});

const labelled = (set: ReplicaSet): ReplicaSet => ({ ...set, metadata: { ...set.metadata, labels: { app: "web" } } });

test("scaling, pausing and Recreate", () => {
  const recreate: Spec = { strategy: { type: "Recreate" } };
  const paused: Spec = { ...rolling(1, 0), paused: true };
  const rows: readonly (readonly [string, Deployment, readonly ReplicaSet[], string])[] = [
    [
      "a finished Deployment scales its only active set",
      web(5),
      [stale({ asked: 0 }), fresh({ asked: 3 })],
      "update new=5",
    ],
    ["paused, it still scales", web(5, paused), [fresh({ asked: 3 })], "update new=5"],
    ["paused, it makes no set for a new template", web(3, paused), [stale({ asked: 3 })], ""],
    [
      "in the middle of a rollout both sets grow by their share",
      web(10, rolling(1, 0)),
      [stale({ asked: 2, desired: 3 }), fresh({ asked: 2, desired: 3 })],
      "update new=6, update old=5",
    ],
    [
      "and shrink by it",
      web(1, rolling(1, 0)),
      [stale({ asked: 2, desired: 3 }), fresh({ asked: 2, desired: 3 })],
      "update new=1, update old=1",
    ],
    [
      "scaled to zero, all sets go to zero",
      web(0, rolling(1, 0)),
      [stale({ asked: 2, desired: 3 }), fresh({ asked: 2, desired: 3 })],
      "update new=0, update old=0",
    ],
    ["Recreate first ends all old pods", web(3, recreate), [stale({ asked: 3 })], "update old=0"],
    ["and waits until they have ended", web(3, recreate), [stale({ asked: 0, actual: 2 })], ""],
    ["before it makes the new set at full size", web(3, recreate), [stale({ asked: 0 })], "create set=3"],
  ];
  for (const [sentence, deployment, sets, expected] of rows) {
    assert.equal(brief(planFor(deployment, sets.map(labelled))), expected, sentence);
  }
});

test("Recreate waits for an old pod that is still running, not for one that ended", () => {
  const deployment = web(3, { strategy: { type: "Recreate" } });
  const old = labelled(stale({ asked: 0 }));
  const pod = (phase: "Running" | "Failed"): Pod =>
    aPod("p", { meta: { ownerReferences: managedBy(old) }, status: { phase } });
  assert.equal(brief(planFor(deployment, [old], [pod("Running")])), "");
  assert.equal(brief(planFor(deployment, [old], [pod("Failed")])), "create set=3");
});

test("a new set carries the hash in its name, labels and selector, and the next revision", () => {
  const deployment = web(3);
  const [write] = planFor(deployment, [labelled(stale({ asked: 3 }))]).writes ?? [];
  const made = write?.object as ReplicaSet;
  const hash = made.metadata.labels?.[TEMPLATE_HASH] ?? "";
  assert.match(hash, /^[bcdfghjklmnpqrstvwxz2456789]{5,10}$/);
  assert.equal(made.metadata.name, `web-${hash}`);
  assert.deepEqual(made.metadata.annotations, { [REVISION]: "2", [DESIRED]: "3", [MAX]: "4" });
  assert.deepEqual(made.spec?.selector?.matchLabels, { app: "web", [TEMPLATE_HASH]: hash });
  assert.deepEqual(made.spec?.template?.metadata?.labels, { app: "web", [TEMPLATE_HASH]: hash });
});

test("a rollback gives the old set the newest revision, which the Deployment shows before anything moves", () => {
  const deployment: Deployment = {
    ...web(3),
    spec: { ...web(3).spec, template: OLD },
  };
  const { writes = [], status } = planFor(deployment, [labelled(stale({ asked: 0 })), labelled(fresh({ asked: 3 }))]);
  assert.deepEqual(
    writes.map(({ verb, object }) => `${verb} ${object.kind} ${object.metadata.name}`),
    ["update ReplicaSet old", "patch Deployment web"],
  );
  assert.equal(writes[0]?.object.metadata.annotations?.[REVISION], "3");
  assert.equal(writes[0]?.object.metadata.annotations?.["deployment.kubernetes.io/revision-history"], "1");
  assert.deepEqual(writes[1]?.verb === "patch" && writes[1].body, { metadata: { annotations: { [REVISION]: "3" } } });
  assert.equal(status, undefined);
});

test("old empty sets beyond the history limit are deleted, oldest revision first", () => {
  const done = { replicas: 3, updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 };
  const deployment = web(3, { ...rolling(1, 0), revisionHistoryLimit: 1 }, done);
  const old = (name: string, revision: string, asked = 0): ReplicaSet => {
    const template = { ...OLD, spec: { containers: [{ name: "app", image: name }] } };
    return labelled(aSet(name, template, { asked, revision }));
  };
  const sets = [old("c", "1"), old("b", "2"), old("a", "3"), labelled(fresh({ asked: 3, revision: "4" }))];
  const shown = { ...deployment, metadata: { ...deployment.metadata, annotations: { [REVISION]: "4" } } };
  assert.equal(brief(planFor(shown, sets)), "delete b, delete c");
});

const conditionsOf = ({ status }: Plan): readonly string[] =>
  ((status as Deployment).status?.conditions ?? []).map(
    ({ type, status: value, reason, message }) => `${type}=${value} ${reason}: ${message}`,
  );

test("conditions", () => {
  const progressing = (reason: string, seconds: number, status: "True" | "Unknown" = "True") => ({
    type: "Progressing",
    status,
    reason,
    message: "before",
    lastUpdateTime: at(seconds),
    lastTransitionTime: at(seconds),
  });
  const rows: readonly (readonly [string, Deployment, readonly ReplicaSet[], readonly string[]])[] = [
    [
      "a new set is announced",
      web(3),
      [],
      [
        "Progressing=True NewReplicaSetCreated: Created new replica set",
        "Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.",
      ],
    ],
    [
      "progress is told",
      web(3),
      [stale({ asked: 2 }), fresh({ asked: 2, available: 1 })],
      [
        "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
        'Progressing=True ReplicaSetUpdated: ReplicaSet "new" is progressing.',
      ],
    ],
    [
      "completion is told",
      web(3),
      [fresh({ asked: 3 })],
      [
        "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
        'Progressing=True NewReplicaSetAvailable: ReplicaSet "new" has successfully progressed.',
      ],
    ],
    [
      "standing still within the deadline says nothing new",
      web(3, rolling(1, 0), {
        replicas: 4,
        updatedReplicas: 1,
        readyReplicas: 3,
        availableReplicas: 3,
        conditions: [progressing("ReplicaSetUpdated", 0)],
      }),
      [stale({ asked: 3 }), fresh({ asked: 1, available: 0 })],
      [
        "Progressing=True ReplicaSetUpdated: before",
        "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
      ],
    ],
    [
      "standing still beyond it is stuck",
      web(
        3,
        { ...rolling(1, 0), progressDeadlineSeconds: 99 },
        {
          replicas: 4,
          updatedReplicas: 1,
          readyReplicas: 3,
          availableReplicas: 3,
          conditions: [progressing("ReplicaSetUpdated", 0)],
        },
      ),
      [stale({ asked: 3 }), fresh({ asked: 1, available: 0 })],
      [
        'Progressing=False ProgressDeadlineExceeded: ReplicaSet "new" has timed out progressing.',
        "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
      ],
    ],
    [
      "pausing is told",
      web(3, { ...rolling(1, 0), paused: true }),
      [fresh({ asked: 3 })],
      [
        "Progressing=Unknown DeploymentPaused: Deployment is paused",
        "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
      ],
    ],
    [
      "without a deadline there is no Progressing",
      web(3, { ...rolling(1, 0), progressDeadlineSeconds: 2_147_483_647 }),
      [fresh({ asked: 3 })],
      ["Available=True MinimumReplicasAvailable: Deployment has minimum availability."],
    ],
  ];
  for (const [sentence, deployment, sets, expected] of rows) {
    const seen = conditionsOf(planFor(deployment, sets.map(labelled))).map((text) => text.replace(/ "web-.*"/, ""));
    assert.deepEqual(seen.toSorted(), expected.toSorted(), sentence);
  }
});

test("a stuck rollout is looked at again when its deadline passes", () => {
  const conditions = [
    {
      type: "Progressing",
      status: "True" as const,
      reason: "ReplicaSetUpdated",
      lastUpdateTime: at(50),
      lastTransitionTime: at(0),
    },
  ];
  const deployment = web(3, rolling(1, 0), {
    replicas: 4,
    updatedReplicas: 1,
    readyReplicas: 3,
    availableReplicas: 3,
    conditions,
  });
  assert.equal(
    planFor(deployment, [labelled(stale({ asked: 3 })), labelled(fresh({ asked: 1, available: 0 }))]).wakeAt,
    NOON + 651_000,
  );
});

test("a taken name raises the collision count, and another hash follows", () => {
  const first = planFor(web(3), []);
  const [write] = first.writes ?? [];
  assert.ok(write && first.report);
  const error = new ApiError(failure(409, "AlreadyExists", "exists"));
  const { status } = first.report([{ write, error }]);
  assert.equal((status as Deployment).status?.collisionCount, 1);
  const [second] = planFor(status as Deployment, []).writes ?? [];
  assert.notEqual(second?.object.metadata.name, write.object.metadata.name);
});

test("a refused set is told as ReplicaSetCreateError", () => {
  const decided = planFor(web(3), []);
  const [write] = decided.writes ?? [];
  assert.ok(write && decided.report);
  const { status, events } = decided.report([{ write, error: new ApiError(failure(403, "Forbidden", "no quota")) }]);
  const message = `Failed to create new replica set "${write.object.metadata.name}": no quota`;
  assert.deepEqual(
    events?.map(({ reason, message: text }) => [reason, text]),
    [["ReplicaSetCreateError", message]],
  );
  assert.ok(conditionsOf({ status } as Plan).includes(`Progressing=False ReplicaSetCreateError: ${message}`));
});

test("a selector of nothing is refused with a word", () => {
  const { events } = planFor(web(3, { selector: {} }), []);
  assert.deepEqual(
    events?.map(({ reason }) => reason),
    ["SelectingAll"],
  );
});

test("scaling is told in upstream's words", () => {
  const { events } = planFor(web(3), [labelled(stale({ asked: 3 })), labelled(fresh({ asked: 1 }))]);
  assert.deepEqual(
    events?.map(({ reason, message }) => [reason, message]),
    [["ScalingReplicaSet", "Scaled down replica set old from 3 to 2"]],
  );
});

/** A world in which ReplicaSets get their pods in random steps; it obeys the plan and checks the bounds at each step. */
function rollOutInModel(start: Deployment, choices: readonly number[]): void {
  let deployment = start;
  let sets: readonly ReplicaSet[] = [
    labelled(aSet("old", OLD, { asked: start.spec?.replicas ?? 0, desired: start.spec?.replicas ?? 0 })),
  ];
  const size = deployment.spec?.replicas ?? 0;
  const total = (pick: (set: ReplicaSet) => number): number => sets.reduce((all, set) => all + pick(set), 0);
  const settleSets = (choice: number): void => {
    sets = sets.map((set, place) => {
      const asked = set.spec?.replicas ?? 0;
      const before = Math.min(asked, set.status?.availableReplicas ?? 0);
      const grown =
        choice % 3 === 0 && place === choice % sets.length ? before : Math.min(asked, before + (choice % 2) + 1);
      return {
        ...set,
        status: {
          ...set.status,
          replicas: asked,
          readyReplicas: grown,
          availableReplicas: grown,
          observedGeneration: 1,
        },
      };
    });
  };
  for (const choice of [...choices, ...Array.from({ length: 200 }, () => 1)]) {
    const { writes = [], status } = planFor(deployment, sets);
    for (const { verb, object } of writes) {
      if (verb === "create")
        sets = [
          ...sets,
          {
            ...object,
            metadata: { ...object.metadata, uid: object.metadata.name, creationTimestamp: at(50) },
            status: { replicas: 0 },
          } as ReplicaSet,
        ];
      else if (verb === "update")
        sets = sets.map((set) => (set.metadata.uid === object.metadata.uid ? (object as ReplicaSet) : set));
      else if (verb === "patch")
        deployment = { ...deployment, metadata: { ...deployment.metadata, annotations: { [REVISION]: "2" } } };
      else assert.equal(verb, "delete");
    }
    if (status) deployment = { ...deployment, status: (status as Deployment).status ?? {} };
    assert.ok(total((set) => set.spec?.replicas ?? 0) <= size + maxSurge(deployment), "never more than the surge");
    const kept = total((set) => Math.min(set.spec?.replicas ?? 0, set.status?.availableReplicas ?? 0));
    assert.ok(kept >= size - maxUnavailable(deployment), `never fewer available than allowed: ${kept} of ${size}`);
    settleSets(choice);
  }
  assert.deepEqual(
    sets.map((set) => set.spec?.replicas),
    [0, size],
    "the rollout ends",
  );
  assert.equal(
    conditionsOf({ status: deployment }).some((text) => text.includes("NewReplicaSetAvailable")),
    true,
  );
}

test("a rollout of any size and strategy stays inside its bounds and ends", () => {
  const bound = fc.oneof(
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      bound,
      bound,
      fc.array(fc.nat(20), { maxLength: 40 }),
      (size, surge, unavailable, choices) => {
        const deployment = web(size, rolling(surge, unavailable));
        rollOutInModel(deployment, choices);
      },
    ),
    { numRuns: 60 },
  );
});
