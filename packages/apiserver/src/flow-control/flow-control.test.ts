// Priority and fairness: where requests belong, how seats are shared, who waits, who is sent away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isApiError } from "@knots/machinery";
import { createVirtualClock, settle } from "@knots/std";
import { ANONYMOUS, authenticated, MASTERS_GROUP, type User } from "../user.ts";
import { createFlowControl, type FlowControl, type FlowObjects, type Ticket } from "./flow-control.ts";
import { createInflightLimit } from "./inflight.ts";
import { Levels, type LevelView } from "./levels.ts";
import { type Digest, inOrder, matches, type SchemaView } from "./match.ts";
import { seedLevels, seedSchemas } from "./seeds.ts";
import type { Turn } from "./turn.ts";
import { widthOf } from "./width.ts";

const seeded = <T>({ name, spec }: { readonly name: string; readonly spec: T }) => ({
  metadata: { name, uid: `uid of ${name}` },
  spec,
});
const levels: readonly LevelView[] = seedLevels.map(seeded);
const schemas: readonly SchemaView[] = seedSchemas.map(seeded);
const objects: FlowObjects = { version: 1, schemas: () => schemas, levels: () => levels };

const account = (namespace: string, name: string): User =>
  authenticated(`system:serviceaccount:${namespace}:${name}`, [
    "system:serviceaccounts",
    `system:serviceaccounts:${namespace}`,
  ]);
const node = authenticated("system:node:n1", ["system:nodes"]);
const anna = authenticated("anna");
const admin = authenticated("root", [MASTERS_GROUP]);

const asks = (user: User, verb: string, resource: string, namespace?: string): Digest => {
  const [plural = "", group = ""] = resource.split(".", 2);
  const [main = "", subresource] = plural.split("/");
  return { user, verb, resource: { group, resource: main, subresource, namespace } };
};

const places: readonly (readonly [string, Digest])[] = [
  ["exempt", asks(admin, "list", "pods")],
  ["exempt", { user: admin, verb: "get", path: "/metrics" }],
  ["probes", { user: ANONYMOUS, verb: "get", path: "/readyz" }],
  ["catch-all", { user: { name: "x", groups: [] }, verb: "get", path: "/version" }],
  ["global-default", { user: ANONYMOUS, verb: "get", path: "/version" }],
  ["global-default", asks(anna, "list", "pods", "default")],
  ["global-default", { user: anna, verb: "post", path: "/readyz" }],
  ["system-node-high", asks(node, "update", "nodes/status")],
  [
    "system-node-high",
    {
      ...asks(node, "update", "x"),
      resource: { group: "coordination.k8s.io", resource: "leases", namespace: "kube-node-lease" },
    },
  ],
  ["system-nodes", asks(node, "list", "pods")],
  ["kube-scheduler", asks(authenticated("system:kube-scheduler"), "list", "pods")],
  ["endpoint-controller", asks(authenticated("system:kube-controller-manager"), "update", "endpoints", "default")],
  ["kube-controller-manager", asks(authenticated("system:kube-controller-manager"), "list", "endpoints")],
  ["kube-system-service-accounts", asks(account("kube-system", "any"), "list", "pods")],
  ["service-accounts", asks(account("default", "any"), "list", "pods")],
];
for (const [expected, digest] of places) {
  test(`${digest.user.name} ${digest.verb} ${digest.resource?.resource ?? digest.path} belongs to ${expected} (WIR-18)`, () => {
    const first = schemas.toSorted(inOrder).find((schema) => matches(schema, digest));
    assert.equal(first?.metadata.name, digest.user.groups.length === 0 ? undefined : expected);
  });
}

test("of 600 seats every level gets its share, and what it does not lend is there whoever borrows", () => {
  const all = new Levels(600);
  all.configure(levels);
  const nominal = Object.fromEntries(
    levels.map(({ metadata: { name = "" } }) => [name, all.get(name)?.settings.seats.nominal]),
  );
  assert.deepEqual(nominal, {
    exempt: 0,
    "catch-all": 13,
    system: 74,
    "node-high": 98,
    "leader-election": 25,
    "workload-high": 98,
    "workload-low": 245,
    "global-default": 49,
  });
  const [borrower, owner] = [all.get("global-default"), all.get("node-high")];
  assert.ok(borrower && owner);
  while (all.fits(borrower, 1)) borrower.occupy(1);
  assert.ok(borrower.executing > 49, `${borrower.executing} seats are used`);
  let own = 0;
  for (; all.fits(owner, 1); own++) owner.occupy(1);
  assert.equal(own, owner.settings.seats.reserved, "exactly what was not lent");
});

/** Turns without an end. */
const endlessTurn: Turn = { spent: () => false, next: (work) => queueMicrotask(work) };

/** Turns that only the test ends. */
function handTurn() {
  const next: (() => void)[] = [];
  const turn: Turn = { spent: () => true, next: (work) => void next.push(work) };
  const run = async (): Promise<boolean> => {
    const work = next.splice(0);
    for (const one of work) one();
    await settle();
    return work.length > 0;
  };
  return { turn, run };
}

function control(options: { readonly seats?: number; readonly turn?: Turn; readonly objects?: FlowObjects } = {}) {
  const clock = createVirtualClock();
  const flow = createFlowControl({ objects, turn: endlessTurn, seats: 600, clock, ...options });
  return { clock, flow };
}

const get = (user: User): Digest => asks(user, "get", "pods", "default");
const refused = (error: unknown): boolean =>
  isApiError(error, "TooManyRequests") && error.status.details?.retryAfterSeconds === 1;

/** Notes who was served, in order. */
function queueUp(flow: FlowControl, served: string[]) {
  return (user: User, count: number, seats = 1): Promise<Ticket>[] =>
    Array.from({ length: count }, async () => {
      const ticket = await flow.admit(get(user), seats, undefined);
      served.push(user.name);
      ticket.release();
      return ticket;
    });
}

test("a request has the names of its schema and its level, and seats come back once", async () => {
  const { flow } = control({ seats: 1 });
  const first = await flow.admit(get(anna), 1, undefined);
  assert.deepEqual([first.schema, first.level], ["uid of global-default", "uid of global-default"]);
  const second = flow.admit(get(anna), 1, undefined);
  first.release();
  first.release();
  const third = flow.admit(get(anna), 1, undefined);
  await second;
  let early = true;
  const waits = third.then(() => assert.equal(early, false));
  await settle();
  early = false;
  (await second).release();
  await waits;
});

test("who asks little is served among the first, however many requests of another wait", async () => {
  const { turn, run } = handTurn();
  const { flow } = control({ turn });
  const served: string[] = [];
  const queue = queueUp(flow, served);
  const many = queue(anna, 250);
  const few = queue(authenticated("ben"), 5);
  while (await run());
  await Promise.all([...many, ...few]);
  assert.equal(served.length, 255);
  assert.ok(served.lastIndexOf("ben") < 40, `the last of ben's five came as number ${served.lastIndexOf("ben")}`);
});

test("wide requests come less often than narrow ones of another flow", async () => {
  const { turn, run } = handTurn();
  const { flow } = control({ turn });
  const served: string[] = [];
  const queue = queueUp(flow, served);
  const wide = queue(anna, 40, 10);
  const narrow = queue(authenticated("ben"), 40);
  while (await run());
  await Promise.all([...wide, ...narrow]);
  const wideBefore = served.slice(0, served.lastIndexOf("ben")).filter((name) => name === "anna").length;
  assert.ok(wideBefore < 20, `${wideBefore} lists before the last of forty small requests`);
});

test("levels take turns by their shares, and one that was idle has nothing saved up", async () => {
  const { turn, run } = handTurn();
  const { flow } = control({ turn });
  const served: string[] = [];
  const queue = queueUp(flow, served);
  const before = queue(anna, 100);
  while (await run());
  const people = queue(anna, 100);
  const robots = queue(account("default", "robot"), 100);
  while (await run());
  await Promise.all([...before, ...people, ...robots]);
  const first = served.slice(100, 160);
  const robotsFirst = first.filter((name) => name !== "anna").length;
  // 100 shares against 20.
  assert.ok(robotsFirst >= 45 && robotsFirst <= 55, `${robotsFirst} of the first 60`);
});

test("a flow whose queues are full is refused with a time to come back; others are not", async () => {
  const { flow } = control({ seats: 12 });
  const held: Ticket[] = [];
  const waiting: Promise<Ticket>[] = [];
  let refusals = 0;
  for (let count = 0; count < 1000; count++) {
    const asked = flow.admit(get(anna), 1, undefined);
    waiting.push(asked);
    asked.then(
      (ticket) => held.push(ticket),
      (error: unknown) => {
        assert.ok(refused(error));
        refusals++;
      },
    );
  }
  await settle();
  // Six queues of fifty.
  assert.equal(refusals, 1000 - 300 - held.length);
  const ben = flow.admit(get(authenticated("ben")), 1, undefined);
  await settle();
  // Six of the first flow's may stand before it: the heads of its queues.
  for (let count = 0; count < 7; count++) {
    held.shift()?.release();
    await settle();
  }
  await ben;
});

test("a level that does not queue refuses what finds no seat", async () => {
  const unknown: User = { name: "x", groups: ["system:authenticated"] };
  const only = schemas.filter(({ metadata }) => metadata.name === "catch-all");
  const bare = createFlowControl({
    objects: { ...objects, schemas: () => only },
    turn: endlessTurn,
    seats: 120,
    clock: createVirtualClock(),
  });
  const tickets: Ticket[] = [];
  await assert.rejects(async () => {
    for (;;) tickets.push(await bare.admit(get(unknown), 1, undefined));
  }, refused);
  assert.ok(tickets.length >= 3, `${tickets.length} seats`);
  tickets.pop()?.release();
  await bare.admit(get(unknown), 1, undefined);
});

test("nobody waits longer than fifteen seconds, and who has left holds no place", async () => {
  const { flow, clock } = control({ seats: 1 });
  const first = await flow.admit(get(anna), 1, undefined);
  const gone = new AbortController();
  const leaving = flow.admit(get(anna), 1, gone.signal);
  const waiting = assert.rejects(flow.admit(get(anna), 1, undefined), refused);
  gone.abort(new Error("gone"));
  await assert.rejects(leaving, /gone/);
  await clock.advance(15_000);
  await waiting;
  const next = flow.admit(get(anna), 1, undefined);
  first.release();
  (await next).release();
});

test("the server itself and administrators never wait", async () => {
  const { turn } = handTurn();
  const { flow } = control({ seats: 1, turn });
  for (let count = 0; count < 100; count++) await flow.admit(get(admin), 10, undefined);
});

test("changed objects count from the next request on; without any, the mandatory ones do", async () => {
  let version = 1;
  let own: readonly SchemaView[] = [];
  const changing: FlowObjects = {
    get version() {
      return version;
    },
    schemas: () => own,
    levels: () => levels,
  };
  const { flow } = control({ objects: changing });
  assert.equal((await flow.admit(get(anna), 1, undefined)).level, "uid of catch-all");
  own = schemas;
  version++;
  assert.equal((await flow.admit(get(anna), 1, undefined)).level, "uid of global-default");
  const dangling = seeded({
    name: "mine",
    spec: { ...seedSchemas[12]?.spec, matchingPrecedence: 5, priorityLevelConfiguration: { name: "nowhere" } },
  });
  own = [...schemas, dangling];
  version++;
  assert.equal((await flow.admit(get(anna), 1, undefined)).schema, "uid of global-default");
});

test("lists are as wide as what they read, within bounds", () => {
  const of = (count: number, options = {}, verb = "list"): number => widthOf(verb, options, () => count);
  assert.deepEqual([of(0), of(100), of(101), of(5000)], [1, 1, 2, 10]);
  assert.equal(of(5000, { limit: 50 }), 1);
  assert.equal(of(5000, { limit: 50, labelSelector: "a=b" }), 10);
  assert.equal(of(5000, { fieldSelector: "metadata.name=x" }), 1);
  assert.equal(of(5000, {}, "watch"), 1);
  assert.equal(of(5000, { sendInitialEvents: true }, "watch"), 10);
  assert.equal(of(5000, {}, "create"), 1);
});

test("without fairness so many reads and so many writes are served at once", async () => {
  const limit = createInflightLimit({ readonly: 2, mutating: 1 });
  const [first] = [await limit.admit(get(anna), 1, undefined), await limit.admit(get(anna), 1, undefined)];
  await assert.rejects(limit.admit(get(anna), 1, undefined), refused);
  await limit.admit(asks(anna, "create", "pods", "default"), 1, undefined);
  await assert.rejects(limit.admit(asks(anna, "patch", "pods", "default"), 1, undefined), refused);
  await limit.admit(get(admin), 1, undefined);
  first?.release();
  first?.release();
  await limit.admit(get(anna), 1, undefined);
  await assert.rejects(limit.admit(get(anna), 1, undefined), refused);
});
