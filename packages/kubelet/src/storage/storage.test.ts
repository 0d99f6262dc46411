// What pods may take of the disk: limits as rows, looks in virtual time, and real trees.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Pod } from "@knots/api";
import { createVirtualClock, settle, silentLogger } from "@knots/std";
import { aPod } from "../../../../testkit/objects.ts";
import type { Instance } from "../runtime/runtime.ts";
import { excess, isLimited, type StorageUse } from "./limits.ts";
import { createStorageMeter } from "./measure.node.ts";
import { type StoredPod, watchStorage } from "./watch.ts";

const MEBI = 2 ** 20;
const container = (name: string, limit?: string) => ({
  name,
  image: "i",
  ...(limit !== undefined && { resources: { limits: { "ephemeral-storage": limit } } }),
});
const use = (volumes: Record<string, number>, containers: Record<string, number> = {}): StorageUse => {
  const scaled = (from: Record<string, number>) =>
    new Map(Object.entries(from).map(([name, mebi]) => [name, mebi * MEBI] as const));
  return { volumes: scaled(volumes), containers: scaled(containers) };
};
const pod = (spec: Partial<Pod["spec"]>): Pod => aPod("p", { spec });
const folder = (name: string, sizeLimit?: string) => ({ name, emptyDir: { ...(sizeLimit && { sizeLimit }) } });

const rows: readonly (readonly [sentence: string, pod: Pod, use: StorageUse, message: string | undefined])[] = [
  [
    "a pod without limits may fill the disk",
    pod({ volumes: [folder("a")] }),
    use({ a: 9000 }, { app: 9000 }),
    undefined,
  ],
  ["a folder may be full", pod({ volumes: [folder("a", "10Mi")] }), use({ a: 10 }), undefined],
  [
    "but not more",
    pod({ volumes: [folder("b"), folder("a", "10Mi")] }),
    use({ b: 99, a: 11 }),
    'Usage of EmptyDir volume "a" exceeds the limit "10Mi". ',
  ],
  [
    "a folder in memory is limited elsewhere",
    pod({ volumes: [{ name: "a", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }] }),
    use({ a: 11 }),
    undefined,
  ],
  [
    "logs and what a container wrote count against its limit, even where the pod has room",
    pod({ containers: [container("app", "10Mi"), container("other", "20Mi")] }),
    use({}, { app: 11, other: 1 }),
    'Container app exceeded its local ephemeral storage limit "10Mi". ',
  ],
  [
    "folders count against the limits of all containers together",
    pod({ containers: [container("app", "10Mi"), container("other", "20Mi")], volumes: [folder("a")] }),
    use({ a: 25 }, { app: 3, other: 3 }),
    "Pod ephemeral local storage usage exceeds the total limit of containers 30Mi. ",
  ],
  [
    "an init container may have a greater limit than all that follow",
    pod({
      initContainers: [container("build", "40Mi")],
      containers: [container("app", "10Mi")],
      volumes: [folder("a")],
    }),
    use({ a: 35 }, { build: 3 }),
    undefined,
  ],
];
for (const [sentence, subject, taken, message] of rows)
  test(sentence, () => assert.equal(excess(subject, taken), message));

test("pods without limits are not measured", () => {
  assert.equal(isLimited(pod({ volumes: [folder("a")] })), false);
  assert.equal(isLimited(pod({ volumes: [folder("a", "1Mi")] })), true);
  assert.equal(isLimited(pod({ containers: [container("app", "1Mi")] })), true);
});

const run = (id: string, name: string): Instance =>
  ({ id, name, phase: "running", logPath: `/log/${name}/0.log` }) as Instance;

test("pods are looked at every two seconds, and one that takes too much is told to go; a failed look is followed by another", async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const evicted: string[] = [];
  let layers: Map<string, number> | undefined;
  const limited = pod({ containers: [container("app", "10Mi")] });
  const gone = aPod("gone", { spec: { containers: [container("app", "1Mi")] }, status: { phase: "Failed" } });
  const pods: readonly StoredPod[] = [
    { pod: limited, runs: [run("c2", "app"), run("c1", "app")] },
    { pod: gone, runs: [run("c9", "app")] },
  ];
  const done = watchStorage({
    runtime: { written: async () => layers ?? Promise.reject(new Error("not now")) },
    meter: { folder: async () => 0, logs: async () => 4 * MEBI },
    pods: () => pods,
    evict: (uid, message) => evicted.push(`${uid}: ${message}`),
    clock,
    log: silentLogger,
    signal: stop.signal,
  });
  const advance = async (seconds: number): Promise<void> => {
    await clock.advance(seconds * 1000);
    for (let round = 0; round < 10; round++) await settle();
  };
  await advance(2);
  layers = new Map([
    ["c1", 90 * MEBI],
    ["c2", 5 * MEBI],
  ]);
  await advance(2);
  assert.deepEqual(evicted, []);
  layers.set("c2", 7 * MEBI);
  await advance(2);
  assert.deepEqual(evicted, ["p-uid: Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. "]);
  stop.abort(new Error("the test is over"));
  await done;
});

test("real trees are measured; what is not there takes nothing", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "knots-storage-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const place = join(root, "pods", "u1", "volumes", "kubernetes.io~empty-dir", "work", "deep");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "file"), Buffer.alloc(3 * MEBI, 1));
  const logs = join(root, "logs", "app");
  await mkdir(logs, { recursive: true });
  await writeFile(join(logs, "0.log"), Buffer.alloc(MEBI, 1));
  await writeFile(join(logs, "0.log.20260101-120000"), Buffer.alloc(MEBI, 1));
  const meter = createStorageMeter(root);
  const folderBytes = await meter.folder("u1", "work");
  assert.ok(folderBytes >= 3 * MEBI && folderBytes < 3.1 * MEBI, `${folderBytes}`);
  const logBytes = await meter.logs({ logPath: join(logs, "0.log") } as Instance);
  assert.ok(logBytes >= 2 * MEBI && logBytes < 2.1 * MEBI, `${logBytes}`);
  assert.equal(await meter.folder("u2", "work"), 0);
});
