// The pretended runtime as a kubelet sees it: both containers run, and share one log file that the test writes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeRuntime } from "@knots/host";
import { type StageRuntime, startStage } from "./stage.ts";

type Instance = Awaited<ReturnType<StageRuntime["pod"]>>["instances"][number];

function runOf(name: string, logPath: string): Instance {
  const times = { restartCount: 0, createdAt: 0, startedAt: 0 };
  return { id: name, name, sandboxId: "box", hash: "", phase: "running", image: "x", imageId: "x", logPath, ...times };
}

function namesOf(streams: object): readonly string[] {
  return Object.entries(streams).flatMap(([name, on]) => (on ? [name === "tty" ? "resize" : name] : []));
}

/** The stage with the pretended runtime: the first word of a command chooses one of its programs, attach is `cat`. */
export async function startFakeStage() {
  const folder = await mkdtemp(join(tmpdir(), "knots-streams-"));
  const fake = await startFakeRuntime();
  const log = join(folder, "0.log");
  await writeFile(log, "");
  const runtime: StageRuntime = {
    pod: (uid) =>
      Promise.resolve({
        uid,
        sandboxes: [{ id: "box", podUid: uid, attempt: 0, ready: true, createdAt: 0, ips: [] }],
        instances: ["app", "side"].map((name) => runOf(name, log)),
      }),
    execUrl: (_id, [program = ""], streams) => Promise.resolve(fake.exec(program, namesOf(streams))),
    attachUrl: (_id, streams) => Promise.resolve(fake.exec("cat", namesOf(streams))),
    portForwardUrl: () => Promise.resolve(fake.portForward),
  };
  const stage = await startStage(() => Promise.resolve(runtime));
  return {
    ...stage,
    log,
    fake,
    async close() {
      await stage.close();
      await fake.close();
      await rm(folder, { recursive: true });
    },
  };
}
