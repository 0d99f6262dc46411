// The pod network's plan, whose ranges collide with ours, and which firewalls stand in the way: rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tryRun } from "@knots/host";
import type { NftObject } from "../nft/nft.node.ts";
import { foreignFirewalls } from "./firewalls.ts";
import { cniConfig, planPodNetwork, podsTableScript } from "./plan.ts";
import { type Route, takenBy } from "./routes.ts";

const config = { id: "1a2b3c", nodeRange: "10.244.3.0/24", podRange: "10.244.0.0/16", serviceRange: "10.96.0.0/12" };

test("names and addresses follow from the id and the node's range", () => {
  const plan = planPodNetwork(config);
  assert.deepEqual(
    [plan.bridge, plan.gatewayCidr, plan.hardware, plan.table, plan.networkName],
    ["kts1a2b3c", "10.244.3.1/24", "0a:58:1a:2b:3c:01", "knots_1a2b3c_pods", "kts-1a2b3c"],
  );
  const { plugins } = JSON.parse(cniConfig(plan, { addresses: "/state/addresses", mtu: 1450 }));
  assert.deepEqual(
    [plugins[0].bridge, plugins[0].mtu, plugins[0].ipMasq, plugins[0].ipam.ranges],
    ["kts1a2b3c", 1450, false, [[{ subnet: "10.244.3.0/24", gateway: "10.244.3.1" }]]],
  );
});

const unusable: readonly (readonly [Partial<typeof config>, RegExp])[] = [
  [{ podRange: "10.244.0.0" }, /pod range 10\.244\.3\.0\/24 is not in/],
  [{ podRange: "10.244/16" }, /the pod range 10\.244\/16 is not an IPv4 network/],
  [{ serviceRange: "fd00::/64" }, /service range fd00::\/64 is not an IPv4 network/],
  [{ serviceRange: "10.244.128.0/17" }, /overlap/],
  [{ nodeRange: "10.244.3.0/31" }, /no room for pods/],
  [{ nodeRange: "10.245.3.0/24" }, /is not in the pod range/],
];
for (const [change, message] of unusable)
  test(`ranges ${JSON.stringify(change)} are refused`, () => {
    assert.throws(() => planPodNetwork({ ...config, ...change }), message);
  });

const routes: readonly (readonly [string, Route, boolean])[] = [
  ["the default route is no obstacle", { dst: "default", dev: "eth0" }, false],
  ["a wider network loses against ours", { dst: "10.0.0.0/8", dev: "tun0" }, false],
  ["our own route is ours", { dst: "10.96.0.0/12", dev: "kts1a2b3c" }, false],
  ["the same range is taken", { dst: "10.96.0.0/12", dev: "ktsffffff" }, true],
  ["a narrower one is taken", { dst: "10.100.7.0/24", dev: "eth0" }, true],
  ["one host is taken", { dst: "10.96.0.10", dev: "eth0" }, true],
  ["elsewhere is free", { dst: "192.0.2.0/24", dev: "eth0" }, false],
];
for (const [says, route, taken] of routes)
  test(`routes: ${says}`, () => {
    assert.equal(takenBy("10.96.0.0/12", [route], "kts1a2b3c") !== undefined, taken);
  });

const root = process.getuid?.() === 0 ? false : "needs root for a network namespace";

test("the kernel takes the table twice", { skip: root }, async () => {
  const script = podsTableScript(planPodNetwork(config));
  const { code, stderr } = await tryRun(["unshare", "--net", "nft", "-f", "-"], { input: script + script });
  assert.equal(code, 0, stderr);
});

const firewalls: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing drops", "add table ip t\nadd chain ip t f { type filter hook forward priority 0; policy accept; }", []],
  [
    "Docker drops what is forwarded",
    "add table ip filter\nadd chain ip filter DOCKER-USER\nadd chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }",
    ["docker forwarded: iptables -I DOCKER-USER -i ktsx -j ACCEPT"],
  ],
  [
    "ufw drops what comes in",
    "add table ip filter\nadd chain ip filter ufw-user-input\nadd chain ip filter INPUT { type filter hook input priority 0; policy drop; }",
    ["ufw incoming: ufw allow in on ktsx"],
  ],
  [
    "a table of the administrator drops, also with rules for both families",
    "add table inet mine\nadd chain inet mine forward { type filter hook forward priority 0; policy drop; }",
    ['other forwarded: nft insert rule inet mine forward iifname "ktsx" accept'],
  ],
  [
    "who lets our bridge in is no obstacle",
    'add table inet mine\nadd chain inet mine forward { type filter hook forward priority 0; policy drop; }\nadd rule inet mine forward iifname "ktsx" accept',
    [],
  ],
  [
    "what drops IPv6 alone is no matter of ours",
    "add table ip6 t\nadd chain ip6 t f { type filter hook forward priority 0; policy drop; }",
    [],
  ],
];
for (const [says, script, expected] of firewalls)
  test(`firewalls: ${says}`, { skip: root }, async () => {
    const { stdout } = await tryRun(["unshare", "--net", "sh", "-c", "nft -f - && nft -j list ruleset"], {
      input: script,
    });
    const { nftables } = JSON.parse(stdout) as { readonly nftables: readonly NftObject[] };
    const found = foreignFirewalls(nftables, "ktsx").map(({ name, stops, fix }) => `${name} ${stops}: ${fix[0]}`);
    assert.deepEqual(found, expected);
  });
