// Rules are exchanged thousands of times under traffic: no connection meets a moment in which nobody answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { realClock } from "@knots/std";
import { testInMachine } from "../../../../testkit/machine/tests.node.ts";
import { applyNft, listNft } from "../nft/nft.node.ts";
import { ruleset } from "./ruleset.ts";
import { virtualPorts } from "./service-ports.ts";
import { ready, service, slice, options as usual } from "./services.fixture.ts";
import type { Ruleset } from "./table.ts";
import { stateOf } from "./table-state.ts";
import { fullScript, removeScript, takeOverScript, updateScript } from "./transaction.ts";

const HERE = "192.0.2.10";
/** Milliseconds of exchanges; a busy machine makes fewer of them. */
const GOES_ON = 2500;
const options = { ...usual, nodePortAddresses: ["127.0.0.0/8", HERE] };
const subject = service("web", { type: "NodePort", clusterIP: "10.96.0.7", ports: [{ port: 80, nodePort: 30080 }] });

/** The table when these ports of this machine answer: each stands for a pod. */
const answeredBy = (...ports: readonly number[]): Ruleset =>
  ruleset(
    virtualPorts(
      [subject],
      ports.map((port) => slice("web", port, [ready(HERE)])),
      "n1",
    ),
    options,
  );
/** Who answers, one state after the other, round and round. */
const states = [[8081], [8081, 8082], [8082], [8082, 8083], [8083], [8081, 8082, 8083]].map((ports) =>
  answeredBy(...ports),
);
const stateAt = (round: number): Ruleset => states[round % states.length] ?? assert.fail();

async function standing() {
  return stateOf(await listNft(["table", "ip", options.table])) ?? assert.fail("there is no table of ours");
}

/** Resolves with "answered" or the error's code. */
function dial(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.resetAndDestroy();
      resolve("answered");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Dials both ways in without a pause while `work` goes on; resolves with how often each end came. */
async function underTraffic(work: () => Promise<void>): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  let going = true;
  const callers = Array.from({ length: 8 }, async (_, index) => {
    while (going) {
      const end = await (index % 2 === 0 ? dial("10.96.0.7", 80) : dial(HERE, 30080));
      ends[end] = (ends[end] ?? 0) + 1;
    }
  });
  await work().finally(() => {
    going = false;
  });
  await Promise.all(callers);
  return ends;
}

/** Gives one nft process one transaction per line, as fast as it takes them. */
async function transactions(scripts: Iterable<string>): Promise<void> {
  const nft = spawn("nft", ["--interactive"], { stdio: ["pipe", "ignore", "pipe"] });
  let complaints = "";
  nft.stderr.on("data", (text: Buffer) => {
    complaints += text.toString();
  });
  const ended = once(nft, "close");
  for (const script of scripts)
    if (!nft.stdin.write(`${script.trim().replaceAll("\n", "; ")}\n`)) await once(nft.stdin, "drain");
  nft.stdin.end();
  await ended;
  assert.equal(complaints.slice(0, 2000), "");
}

/** `step` gives the script of one round, which leads from one generation to the next. */
async function exchangedUnderTraffic(step: (round: number) => string): Promise<void> {
  let rounds = 0;
  const until = realClock.monotonic() + GOES_ON;
  function* scripts(): Iterable<string> {
    for (; realClock.monotonic() < until; rounds++) yield step(rounds);
  }
  const servers = [8081, 8082, 8083].map((port) =>
    createServer((socket) => socket.on("error", () => {}).destroy()).listen(port, HERE),
  );
  try {
    await applyNft(fullScript(stateAt(0), 1));
    const ends = await underTraffic(() => transactions(scripts()));
    assert.deepEqual(Object.keys(ends), ["answered"], JSON.stringify(ends));
    assert.ok((ends["answered"] ?? 0) > 100, JSON.stringify(ends));
    assert.ok(rounds > 50, `${rounds} exchanges`);
    assert.equal((await standing()).generation, rounds + 1, "every exchange was made");
  } finally {
    for (const server of servers) server.close();
    await applyNft(removeScript(options.table));
  }
}

testInMachine(import.meta, () => {
  test("endpoints come and go", async () => {
    await exchangedUnderTraffic((round) => updateScript(stateAt(round), stateAt(round + 1), round + 1));
  });

  test("successors take over, each from the one before", async () => {
    const before = new Map<Ruleset, Awaited<ReturnType<typeof standing>>>();
    for (const state of states) {
      await applyNft(fullScript(state, 1));
      before.set(state, await standing());
    }
    await exchangedUnderTraffic((round) => {
      const found = before.get(stateAt(round)) ?? assert.fail();
      return takeOverScript(found.standing, stateAt(round + 1), round + 1) ?? assert.fail();
    });
  });

  test("what stands is read as it was written, so that a successor leaves sets alone that need no change", async () => {
    const rules = stateAt(1);
    await applyNft(fullScript(rules, 7));
    const found = await standing();
    assert.equal(found.generation, 7);
    assert.deepEqual([...found.standing.chains.keys()].sort(), [...rules.chains.keys()].sort());
    for (const [name, { elements }] of rules.sets) assert.deepEqual(found.standing.sets.get(name)?.elements, elements);
    const script = takeOverScript(found.standing, rules, 7) ?? assert.fail();
    assert.doesNotMatch(script, /element \S+ \S+ (?!generation)|(add|delete) (chain|map|set)/);
    await applyNft(script);
    await applyNft(removeScript(options.table));
  });

  test("a table with another hook under a name of ours is not changed in place", async () => {
    const rules = stateAt(1);
    const chains = new Map([
      ...rules.chains,
      ["nat_output", { hook: "type nat hook output priority 0; policy accept;", rules: [] }],
    ] as const);
    await applyNft(fullScript({ ...rules, chains }, 1));
    assert.equal(takeOverScript((await standing()).standing, rules, 1), undefined);
    await applyNft(removeScript(options.table));
  });
});
