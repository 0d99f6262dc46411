// A real etcd whose members live in network namespaces of a machine of its own: links between them can be cut and mended.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOf, run } from "@knots/host";
import { realClock, sleep } from "@knots/std";
import { type EtcdMember, etcdMember } from "./member.node.ts";
import { etcdPart } from "./part.ts";

/** A member that can be cut off. */
export interface NetworkedMember extends EtcdMember {
  readonly address: string;
  /** Packets from and to these addresses are dropped, in silence. */
  cut(addresses: readonly string[]): Promise<void>;
  mend(): Promise<void>;
}

export interface NetworkedEtcd {
  readonly members: readonly NetworkedMember[];
  readonly urls: readonly string[];
  /** Waits until there is one. */
  leader(): Promise<NetworkedMember>;
  stop(): Promise<void>;
}

/** Where clients are: this side of the bridge. */
export const CLIENTS = "10.77.0.1";
const BRIDGE = "etcd0";
const HEARTBEAT = 50;

const ip = (...args: readonly string[]): Promise<unknown> => run(["ip", ...args]);

async function addNamespace(name: string, address: string): Promise<void> {
  await ip("netns", "add", name);
  await ip("link", "add", `v-${name}`, "type", "veth", "peer", "name", "eth0", "netns", name);
  await ip("link", "set", `v-${name}`, "addrgenmode", "none", "master", BRIDGE, "up");
  await ip("-n", name, "address", "add", `${address}/24`, "dev", "eth0");
  for (const link of ["lo", "eth0"]) await ip("-n", name, "link", "set", link, "up");
}

function networked(member: EtcdMember, name: string, address: string): NetworkedMember {
  const nft = (text: string): Promise<unknown> => run(["ip", "netns", "exec", name, "nft", text]);
  const mend = (): Promise<unknown> => nft("add table inet cut; delete table inet cut");
  return {
    ...member,
    address,
    async cut(addresses) {
      await mend();
      const set = `{ ${addresses.join(", ")} }`;
      await nft(
        `table inet cut { chain in { type filter hook input priority 0; ip saddr ${set} drop; }; ` +
          `chain out { type filter hook output priority 0; ip daddr ${set} drop; }; }`,
      );
    },
    async mend() {
      await mend();
    },
  };
}

interface EndpointStatus {
  readonly Status: { readonly header: { readonly member_id: number }; readonly leader: number };
}

/** Whether a member answers and says that it leads. */
async function leads(url: string): Promise<boolean> {
  const etcdctl = programOf(await etcdPart(), "etcdctl");
  const argv = [
    etcdctl,
    "--endpoints",
    url,
    "--command-timeout=1s",
    "--dial-timeout=1s",
    "endpoint",
    "status",
    "-w",
    "json",
  ];
  try {
    const { stdout } = await run(argv, { env: { ETCDCTL_API: "3" } });
    const [answer] = JSON.parse(stdout) as EndpointStatus[];
    return answer !== undefined && answer.Status.leader === answer.Status.header.member_id;
  } catch {
    return false;
  }
}

/** Starts three members. Needs a machine of its own. */
export async function startNetworkedEtcd(): Promise<NetworkedEtcd> {
  const folder = await mkdtemp(join(tmpdir(), "knots-etcd-"));
  const names = ["m0", "m1", "m2"];
  const addressOf = (name: string): string => `10.77.0.1${name.slice(1)}`;
  await ip("link", "add", BRIDGE, "type", "bridge");
  await ip("link", "set", BRIDGE, "addrgenmode", "none", "up");
  await ip("address", "add", `${CLIENTS}/24`, "dev", BRIDGE);
  for (const name of names) await addNamespace(name, addressOf(name));
  const cluster = names.map((name) => `${name}=http://${addressOf(name)}:2380`).join(",");
  const members = names.map((name) => {
    const address = addressOf(name);
    const wrap = ["ip", "netns", "exec", name];
    const common = { name, folder, address, cluster, wrap, heartbeat: HEARTBEAT };
    return networked(etcdMember({ ...common, clientPort: 2379, peerPort: 2380 }), name, address);
  });
  await Promise.all(members.map((member) => member.start()));
  return {
    members,
    urls: members.map(({ url }) => url),
    async leader() {
      for (;;) {
        for (const member of members) if (await leads(member.url)) return member;
        await sleep(realClock, HEARTBEAT);
      }
    },
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
      for (const name of names) {
        // The kernel would take it away too, some time after the namespace.
        await ip("link", "delete", `v-${name}`);
        await ip("netns", "delete", name);
      }
      await ip("link", "delete", BRIDGE);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
