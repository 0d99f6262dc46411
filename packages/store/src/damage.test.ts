// Damage to the files and a disk that does not do what it says: the store opens with everything, or says why it does not open. Where nothing can prove a loss
// (the end of the log is gone, the whole directory is an older copy) it opens as it was at an earlier moment, and never shows what never was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom } from "@knots/std";
import {
  damageRun,
  flipped,
  lastLog,
  makeSpecimen,
  type Opening,
  openingOf,
  type Specimen,
  shortened,
} from "../../../testkit/store/damage.ts";
import { type CutMode, createFaultDisk, type FaultDisk } from "./disk.faults.ts";
import { StoreError } from "./error.ts";
import { openStore } from "./open.ts";

const SIZE = { seed: 5, writes: 40 };
const closed = await makeSpecimen({ ...SIZE, closed: true });
const crashed = await makeSpecimen({ ...SIZE, closed: false });

/** Fails unless the store opened with everything, or was refused for damage with the name of a file or what is missing. */
function wholeOrRefused(opening: Opening, what: string): void {
  if (opening.type === "whole") return;
  assert.equal(opening.type, "refused", `${what}: ${JSON.stringify(opening)}`);
  if (opening.type !== "refused") return;
  assert.equal(opening.code, "corrupt", what);
  assert.match(opening.message, /log|checkpoint/, what);
}

/** Also accepts an older state that lost at most so many revisions. */
function atMostLost(most: number, opening: Opening, what: string): void {
  if (opening.type === "older") assert.ok(opening.lost <= most, `${what}: ${opening.lost} revisions are gone`);
  else wholeOrRefused(opening, what);
}

test("the specimens hold every kind of file", () => {
  for (const { files, acknowledged } of [closed, crashed]) {
    assert.equal(acknowledged, 37);
    const names = [...files.keys()];
    for (const kind of ["checkpoint-", "log-"])
      assert.ok(
        names.some((name) => name.startsWith(kind)),
        kind,
      );
    assert.ok(files.size >= 4);
  }
});

test("after a clean close, a flipped bit in any byte of any file is refused or does not matter", async () => {
  for (const [name, { length }] of closed.files) {
    for (let at = 0; at < length; at++) {
      wholeOrRefused(await openingOf(flipped(closed.files, name, at, at % 8), closed), `${name}, byte ${at}`);
    }
  }
});

test("after a crash too; only in the very last write nobody can tell it from a torn one, and that alone is cut off", async () => {
  for (const [name, { length }] of crashed.files) {
    for (let at = 0; at < length; at++) {
      const most = name === lastLog(crashed.files) ? 1 : 0;
      atMostLost(most, await openingOf(flipped(crashed.files, name, at, at % 8), crashed), `${name}, byte ${at}`);
    }
  }
});

test("a file cut short at any length is refused or does not matter; the end of the log may be missing unnoticed, back to an earlier state", async () => {
  for (const specimen of [closed, crashed]) {
    for (const [name, { length }] of specimen.files) {
      for (let to = 0; to < length; to++) {
        const most = name === lastLog(specimen.files) ? 12 : 0;
        atMostLost(most, await openingOf(shortened(specimen.files, name, to), specimen), `${name}, ${to} bytes`);
      }
    }
  }
});

test("one file from an older copy is refused or does not matter, but for the end of the log; a whole older copy opens as what it is", async () => {
  for (const specimen of [closed, crashed]) {
    for (const copy of specimen.older) {
      const opening = await openingOf(copy, specimen);
      assert.ok(opening.type === "older" || opening.type === "whole", JSON.stringify(opening));
      for (const [name, bytes] of copy) {
        if (!specimen.files.has(name)) continue;
        const files = new Map([...specimen.files, [name, bytes]]);
        const most = name === lastLog(specimen.files) ? 12 : 0;
        atMostLost(most, await openingOf(files, specimen), `an older ${name}`);
      }
    }
  }
});

test("files of a store from before its log was replaced, and after, mixed: refused or one of both", async () => {
  for (const [at, copy] of closed.older.entries()) {
    const mixed = new Map([...copy, ...closed.files]);
    atMostLost(closed.acknowledged, await openingOf(mixed, closed), `the newest files over copy ${at}`);
    atMostLost(
      closed.acknowledged,
      await openingOf(new Map([...closed.files, ...copy]), closed),
      `copy ${at} over the newest files`,
    );
  }
});

for (const [says, misdeed] of [
  ["lost", (): "lost" => "lost"],
  ["put one sector further on", (position: number) => ({ position: position + 512 })],
  ["put at the beginning of its file", () => ({ position: 0 })],
  ["put into another file", (position: number, other: string) => ({ position, name: other })],
] as const) {
  test(`any one write that the drive has ${says} without a word: refused, or it does not matter, or it was the very last`, async () => {
    for (const isClosed of [true, false]) {
      const reference = isClosed ? closed : crashed;
      for (let victim = 0, seen = 1; victim < seen; victim++) {
        seen = 0;
        const names = new Set<string>();
        const spoiled = await makeSpecimen({
          ...SIZE,
          closed: isClosed,
          prepare: (disk) =>
            disk.misdirect((name, position) => {
              const other = [...names].findLast((one) => one !== name) ?? name;
              names.add(name);
              return seen++ === victim ? misdeed(position, other) : undefined;
            }),
        });
        atMostLost(
          isClosed ? 0 : 1,
          await openingOf(spoiled.files, { ...reference, acknowledged: spoiled.acknowledged }),
          `write ${victim}`,
        );
        assert.equal(spoiled.acknowledged, reference.acknowledged);
      }
    }
  });
}

/** Runs the workload with a disk prepared for step or call number n, for every n until nothing happens any more. */
async function everyStep(
  prepare: (disk: FaultDisk, n: number) => void,
  check: (specimen: Specimen, n: number) => Promise<void>,
): Promise<number> {
  for (let n = 1; ; n++) {
    let target: FaultDisk | undefined;
    const specimen = await makeSpecimen({
      ...SIZE,
      closed: true,
      prepare: (disk) => {
        target = disk;
        prepare(disk, n);
      },
    });
    await check(specimen, n);
    if ((target?.steps ?? 0) < n) return n;
  }
}

test("a drive whose syncs lie loses acknowledged writes at a power cut, as its promise says; what opens then is an older state, or nothing", async () => {
  const lost = { whole: 0, older: 0, refused: 0, wrong: 0 };
  for (const mode of ["lost", "torn", "mangled", "kept"] satisfies CutMode[]) {
    await everyStep(
      (disk, n) => {
        disk.lie();
        disk.cutAt(n);
      },
      async ({ disk, acknowledged }, n) => {
        const opening = await openingOf(disk.afterCut(mode, seededRandom(n)), { states: closed.states, acknowledged });
        lost[opening.type]++;
        assert.notEqual(opening.type, "wrong", `cut at ${n}, ${mode}: ${JSON.stringify(opening)}`);
        if (mode === "kept") wholeOrRefused(opening, `cut at ${n}`);
        if (opening.type === "refused") assert.equal(opening.code, "corrupt");
      },
    );
  }
  assert.ok(lost.older > 10 && lost.refused > 100, JSON.stringify(lost));
});

test("any one call that fails: nothing acknowledged is lost, neither when the process ends nor when the power does", async () => {
  let stopped = 0;
  const steps = await everyStep(
    (disk, n) => disk.inject(() => (disk.steps === n ? new StoreError("io", "EIO") : undefined)),
    async ({ disk, acknowledged }, n) => {
      disk.inject(() => undefined);
      if (acknowledged < closed.acknowledged) stopped++;
      const known = { states: closed.states, acknowledged };
      assert.deepEqual(await openingOf(await disk.files(), known), { type: "whole" }, `call ${n}`);
      for (const mode of ["lost", "torn", "kept"] satisfies CutMode[]) {
        assert.deepEqual(
          await openingOf(disk.afterCut(mode, seededRandom(n)), known),
          { type: "whole" },
          `call ${n}, then a cut: ${mode}`,
        );
      }
    },
  );
  assert.ok(steps > 100 && stopped > 50 && stopped < steps, `${stopped} of ${steps} calls stopped the store`);
});

test("any call that fails while a store is opened: refused with io, nothing stays locked, and the next opening finds everything", async () => {
  for (const [kind, fail] of [
    [
      "looks",
      (disk: FaultDisk, hit: () => boolean) => disk.blind(() => (hit() ? new StoreError("io", "EIO") : undefined)),
    ],
    [
      "steps",
      (disk: FaultDisk, hit: () => boolean) => disk.inject(() => (hit() ? new StoreError("io", "EIO") : undefined)),
    ],
  ] as const) {
    for (const specimen of [closed, crashed]) {
      for (let victim = 1, calls = 1; victim <= calls; victim++) {
        const disk = createFaultDisk(specimen.files);
        calls = 0;
        fail(disk, () => ++calls === victim);
        const opened = await openStore({ disk, clock: createVirtualClock(), history: false }).catch(
          (error: unknown) => {
            assert.ok(error instanceof StoreError && error.code === "io", `${kind} ${victim}: ${String(error)}`);
            return undefined;
          },
        );
        await opened?.close();
        await (await disk.lock()).release();
        disk.blind(() => undefined);
        disk.inject(() => undefined);
        assert.deepEqual(await openingOf(await disk.files(), specimen), { type: "whole" }, `${kind} ${victim}`);
      }
    }
  }
});

test("any damage of a seed's choice: everything, a reason, or an earlier state", async () => {
  const seen = { whole: 0, older: 0, refused: 0 };
  for (let seed = 1; seed <= 400; seed++) {
    const { kind, opening } = await damageRun(seed);
    if (opening.type === "wrong") assert.fail(`seed ${seed}, ${kind}: ${opening.what}`);
    if (opening.type === "refused") assert.equal(opening.code, "corrupt", `seed ${seed}, ${kind}: ${opening.message}`);
    seen[opening.type]++;
  }
  assert.ok(seen.whole > 20 && seen.older > 20 && seen.refused > 100, JSON.stringify(seen));
});
