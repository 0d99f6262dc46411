// Network namespaces that stand for pods: joined by the real CNI plugins, inhabited by an agent.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Part, run, writeFileAtomic } from "@knots/host";
import type { PodNetwork } from "@knots/network";
import type { Reply, Request } from "./agent.ts";

/** A pod of a test. */
export interface TestPod {
  readonly name: string;
  readonly address: string;
  /** Dials or resolves from within; errors come as codes in the reply. */
  ask(request: Omit<Request, "id" | "port"> & { readonly port?: number }): Promise<Reply>;
  /** What the other side said, or the error's code. */
  tcp(host: string, port: number): Promise<string>;
  remove(): Promise<void>;
  /** Its processes end; nobody takes down the rest. Only the note stays that container runtimes keep. */
  leave(): Promise<void>;
}

/** Where a network's configuration is, and who carries it out. */
export interface PodPlace {
  readonly network: PodNetwork;
  readonly cniFolder: string;
  readonly part: Part;
}

interface Plugin {
  readonly type: string;
}
interface CniResult {
  readonly ips?: readonly { readonly address: string }[];
}

/** Runs the plugins of the network list one after the other, as a container runtime does. */
async function cni(place: PodPlace, command: "ADD" | "DEL", namespace: string): Promise<CniResult> {
  const text = await readFile(join(place.cniFolder, "10-knots.conflist"), "utf8");
  const list = JSON.parse(text) as { cniVersion: string; name: string; plugins: readonly Plugin[] };
  let previous: CniResult | undefined;
  for (const plugin of list.plugins) {
    const { cniVersion, name } = list;
    const config = { ...plugin, cniVersion, name, ...(previous && { prevResult: previous }) };
    const env = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: namespace,
      CNI_NETNS: `/run/netns/${namespace}`,
      CNI_IFNAME: "eth0",
      CNI_PATH: `${place.part.dir}/usr/lib/cni`,
    };
    const { stdout } = await run([`${place.part.dir}/usr/lib/cni/${plugin.type}`], {
      input: JSON.stringify(config),
      env,
    });
    if (stdout.trim() !== "") previous = JSON.parse(stdout) as CniResult;
  }
  return previous ?? {};
}

/** Starts an agent in a namespace and waits until it listens. */
async function inhabit(namespace: string, name: string) {
  const argv = ["netns", "exec", namespace, process.execPath, join(import.meta.dirname, "agent.ts"), name];
  const child: ChildProcess = spawn("ip", argv, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, (reply: Reply) => void>();
  const up = new Promise<void>((resolve) => waiting.set(0, () => resolve()));
  if (child.stdout)
    createInterface({ input: child.stdout }).on("line", (line) => {
      const reply = JSON.parse(line) as Reply;
      waiting.get(reply.id)?.(reply);
      waiting.delete(reply.id);
    });
  await up;
  let last = 0;
  const ask: TestPod["ask"] = (request) =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      child.stdin?.write(`${JSON.stringify({ port: 0, ...request, id })}\n`);
    });
  const end = async (): Promise<void> => {
    const gone = once(child, "close");
    child.stdin?.end();
    await gone;
  };
  return { ask, end };
}

/** A pod on the network; its namespace carries the cluster's id. */
export async function addPod(place: PodPlace, name: string): Promise<TestPod> {
  const namespace = `kts-${place.network.id}-${name}`;
  await run(["ip", "netns", "add", namespace]);
  await run(["ip", "-n", namespace, "link", "set", "lo", "up"]);
  const { ips = [] } = await cni(place, "ADD", namespace);
  const address = (ips[0]?.address ?? "").split("/")[0] ?? "";
  const { ask, end } = await inhabit(namespace, name);
  return {
    name,
    address,
    ask,
    async tcp(host, port) {
      const { answer, error = "" } = await ask({ verb: "tcp", host, port });
      return answer ?? error;
    },
    async leave() {
      await end();
      const note = { result: { interfaces: [{ name: "eth0", sandbox: `/var/run/netns/${namespace}` }] } };
      await writeFileAtomic(`/var/lib/cni/results/kts-${place.network.id}-${name}-eth0`, JSON.stringify(note));
    },
    async remove() {
      await end();
      await cni(place, "DEL", namespace);
      await run(["ip", "netns", "delete", namespace]);
    },
  };
}

/** Somebody outside: another machine on a wire of its own, who has no route to pods. */
export async function addOutsider(address: string, ours: string) {
  const namespace = "outside";
  await run(["ip", "netns", "add", namespace]);
  await run(["ip", "link", "add", "wan0", "type", "veth", "peer", "name", "wan1", "netns", namespace]);
  await run(["ip", "address", "add", `${ours}/24`, "dev", "wan0"]);
  await run(["ip", "link", "set", "wan0", "up"]);
  for (const args of [
    ["link", "set", "lo", "up"],
    ["address", "add", `${address}/24`, "dev", "wan1"],
    ["link", "set", "wan1", "up"],
  ])
    await run(["ip", "-n", namespace, ...args]);
  const { ask, end } = await inhabit(namespace, "outsider");
  return {
    ask,
    async remove() {
      await end();
      await run(["ip", "link", "delete", "wan0"]);
      await run(["ip", "netns", "delete", namespace]);
    },
  };
}
