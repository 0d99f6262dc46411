// What containerd's own report of its settings is read as.
import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf } from "./facts.ts";

const runc = (SystemdCgroup: boolean) => ({
  defaultRuntimeName: "runc",
  runtimes: { runc: { options: { SystemdCgroup } } },
});
const config = (more: object) => ({ config: JSON.stringify(more) });
const networks = (...names: readonly string[]) => ({
  cniconfig: JSON.stringify({
    Networks: names.map((Name, index) => ({ IFName: index === 0 ? "lo" : `eth${index - 1}`, Config: { Name } })),
  }),
});
const nothing = { pluginFolders: [], systemdGroups: false };

const rows: readonly (readonly [string, Readonly<Record<string, string>>, object])[] = [
  ["an empty report tells nothing", {}, nothing],
  ["a broken one neither", { config: "{", cniconfig: "null" }, nothing],
  [
    "folders, sandbox image and snapshotter of version 1.6",
    config({
      containerd: { ...runc(false), snapshotter: "overlayfs" },
      cni: { binDir: "/opt/cni/bin", confDir: "/etc/cni/net.d" },
      sandboxImage: "registry.k8s.io/pause:3.6",
    }),
    {
      networkFolder: "/etc/cni/net.d",
      pluginFolders: ["/opt/cni/bin"],
      sandboxImage: "registry.k8s.io/pause:3.6",
      snapshotter: "overlayfs",
      systemdGroups: false,
    },
  ],
  [
    "several plugin folders of version 2, each once",
    config({ cni: { binDirs: ["/a", "/b"], binDir: "/b", confDir: "/c" } }),
    { networkFolder: "/c", pluginFolders: ["/a", "/b"], systemdGroups: false },
  ],
  [
    "systemd makes the groups of the default runtime",
    config({ containerd: runc(true) }),
    { ...nothing, systemdGroups: true },
  ],
  ["loopback alone is no network", networks("cni-loopback"), nothing],
  ["the network that pods get", networks("cni-loopback", "kts-1a2b3c"), { ...nothing, network: "kts-1a2b3c" }],
];

for (const [sentence, info, expected] of rows)
  test(sentence, () => {
    assert.deepEqual(factsOf(info), expected);
  });
