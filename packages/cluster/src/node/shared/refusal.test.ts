// What keeps a cluster out of somebody else's containerd.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf, type Sharing } from "./refusal.ts";

const good: Sharing = {
  socket: "/run/containerd/containerd.sock",
  facts: {
    name: "containerd",
    version: "1.6.20",
    networkFolder: "/etc/cni/net.d",
    pluginFolders: ["/opt/cni/bin"],
    systemdGroups: false,
  },
  networkFiles: [],
  ownFile: "10-knots-1a2b3c.conflist",
  otherPods: [],
};
const facts = (more: Partial<Sharing["facts"]>): Partial<Sharing> => ({ facts: { ...good.facts, ...more } });

const rows: readonly (readonly [string, Partial<Sharing>, string | undefined])[] = [
  ["an idle containerd is fine", {}, undefined],
  ["our own file of an earlier start is no obstacle", { networkFiles: [good.ownFile] }, undefined],
  ["a network that comes after ours neither", { networkFiles: ["87-podman.conflist"] }, undefined],
  ["files that are no networks do not count", { networkFiles: ["00-notes.txt", "00-x.conflist.bak"] }, undefined],
  ["a network that comes first would be our pods'", { networkFiles: ["10-flannel.conflist"] }, "otherNetwork"],
  ["pods of another kubelet would be fought over", { otherPods: ["default/web"] }, "otherPods"],
  ["groups made by systemd have other names", facts({ systemdGroups: true }), "systemdGroups"],
  ["another runtime has other events", facts({ name: "cri-o" }), "notContainerd"],
  ["without folders there is no network", facts({ pluginFolders: [] }), "noFolders"],
];

for (const [sentence, change, expected] of rows)
  test(sentence, () => {
    assert.equal(refusalOf({ ...good, ...change })?.reason, expected);
  });
