// A real etcd of three members in network namespaces, with everything going wrong that goes wrong with such clusters; recorded and judged.
import assert from "node:assert/strict";
import { test } from "node:test";
import { realClock, sleep } from "@knots/std";
import { CLIENTS, startNetworkedEtcd } from "../../testkit/etcd/networked.node.ts";
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { EVERYTHING } from "../../testkit/store/clients.ts";
import { type FaultRun, faultRun } from "./faults.ts";

/** Another number gives other clients; what they meet is up to the machine in any case. */
const SEED = Number(process.env["SEED"] ?? 0);
/** A part of the name of the faults that are wanted. */
const ONLY = process.env["ONLY"] ?? "";
const pause = (milliseconds: number): Promise<void> => sleep(realClock, milliseconds);

const faults: Readonly<Record<string, FaultRun["fault"]>> = {
  "nothing goes wrong": async () => {},

  "the leader is killed, three times": async (etcd) => {
    for (let times = 0; times < 3; times++) {
      const leader = await etcd.leader();
      leader.signal("SIGKILL");
      await pause(800);
      await leader.stop();
      await leader.start();
      await pause(500);
    }
  },

  "a member is lost for good, and comes back in the end": async (etcd) => {
    const leader = await etcd.leader();
    const lost = etcd.members.find((member) => member !== leader) ?? leader;
    await lost.stop();
    await pause(4000);
    await lost.start();
  },

  "the majority freezes and goes on": async (etcd) => {
    const [, ...majority] = etcd.members;
    await pause(500);
    for (const member of majority) member.signal("SIGSTOP");
    await pause(3000);
    for (const member of majority) member.signal("SIGCONT");
  },

  "the majority is killed and comes back": async (etcd) => {
    const [, ...majority] = etcd.members;
    await pause(500);
    for (const member of majority) member.signal("SIGKILL");
    await pause(3000);
    for (const member of majority) {
      await member.stop();
      await member.start();
    }
  },

  "the leader is cut off from the others, but not from its clients": async (etcd) => {
    for (let times = 0; times < 2; times++) {
      const leader = await etcd.leader();
      await leader.cut(etcd.members.filter((member) => member !== leader).map(({ address }) => address));
      await pause(3000);
      await leader.mend();
      await pause(500);
    }
  },

  "another party compacts to the present, again and again, while members are killed": async (etcd, other) => {
    for (let times = 0; times < 30; times++) {
      const member = times % 10 === 5 ? etcd.members[(times - 5) / 10] : undefined;
      member?.signal("SIGKILL");
      // Whoever was first has compacted; whoever was not reached may have.
      await other.range({ ...EVERYTHING, countOnly: true }).then(
        ({ revision }) => other.compact(revision).catch(() => undefined),
        () => undefined,
      );
      await pause(100);
      await member?.stop();
      await member?.start();
    }
  },

  "members are cut off from their clients, one after the other": async (etcd) => {
    for (const member of etcd.members) {
      await member.cut([CLIENTS]);
      await pause(2500);
      await member.mend();
    }
  },
};

function define(): void {
  for (const [index, [name, fault]] of Object.entries(faults).entries()) {
    if (!name.includes(ONLY)) continue;
    test(name, { timeout: 180_000 }, async (t) => {
      const etcd = await startNetworkedEtcd();
      try {
        const { problems, outcomes, batches, operations, steps } = await faultRun({
          etcd,
          seed: SEED + index,
          fault,
          calls: 150,
        });
        t.diagnostic(`${operations} calls ${JSON.stringify(outcomes)}, ${batches} batches, ${steps} steps`);
        assert.deepEqual(problems.slice(0, 5), [], `${problems.length} problems, the first of them`);
        assert.ok((outcomes["txn"] ?? 0) > 300, "clients got on with their work");
      } finally {
        await etcd.stop();
      }
    });
  }
}

const skip = await skipWithoutEtcd();
if (skip) test("etcd in network namespaces", { skip });
else testInMachine(import.meta, define, { timeout: 800_000 });
