// Scripts: small ones for small changes, refused on a foreign table, and every step taken by a real kernel.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tryRun } from "@knots/host";
import { hostPorts } from "./host-ports.ts";
import { ruleset } from "./ruleset.ts";
import { virtualPorts } from "./service-ports.ts";
import { options, podWithHostPort, ready, service, slice, web } from "./services.fixture.ts";
import { staleFlows } from "./stale-flows.ts";
import type { Ruleset } from "./table.ts";
import { fullScript, updateScript } from "./transaction.ts";

const other = service("other", { clusterIP: "10.96.0.8", ports: [{ port: 80 }] });
const webAt = (address: string): Ruleset =>
  ruleset(
    virtualPorts([web, other], [slice("web", 8080, [ready(address)]), slice("other", 80, [ready("10.244.0.9")])], "n1"),
    options,
  );

test("nothing changes when nothing changed, and one endpoint changes one service only", () => {
  assert.equal(updateScript(webAt("10.244.0.2"), webAt("10.244.0.2"), 1), "");
  const script = updateScript(webAt("10.244.0.2"), webAt("10.244.0.3"), 1);
  assert.match(script, /dnat to 10\.244\.0\.3:8080/);
  assert.doesNotMatch(script, /10\.244\.0\.9|virtual_ports/);
});

test("an external address never takes a cluster address away, whatever the order of names", () => {
  const thief = service("a-thief", { clusterIP: "10.96.0.9", externalIPs: ["10.96.0.7"], ports: [{ port: 80 }] });
  const slices = [slice("web", 80, [ready("10.244.0.2")]), slice("a-thief", 80, [ready("10.244.0.6")])];
  const { sets } = ruleset(virtualPorts([thief, web], slices, "n1"), options);
  assert.match(sets.get("virtual_ports")?.elements.get("10.96.0.7 . tcp . 80") ?? "", /service_.*_web/);
});

test("entries of UDP to forget: dead targets, and places that nobody answered before", () => {
  const dns = service("dns", { clusterIP: "10.96.0.10", ports: [{ port: 53, protocol: "UDP", nodePort: 30053 }] });
  const at = (...addresses: string[]) =>
    virtualPorts(
      [dns],
      [
        slice(
          "dns",
          53,
          addresses.map((a) => ready(a)),
          "UDP",
        ),
      ],
      "n1",
    );
  assert.deepEqual(staleFlows(at("10.244.0.2", "10.244.0.3"), at("10.244.0.3")), [
    { answeredBy: { address: "10.244.0.2", port: 53 } },
  ]);
  assert.deepEqual(staleFlows(at(), at("10.244.0.2")), [
    { sentTo: { address: "10.96.0.10", port: 53 } },
    { sentTo: { port: 30053 } },
  ]);
  const tcp = (...addresses: string[]) =>
    virtualPorts(
      [web],
      [
        slice(
          "web",
          80,
          addresses.map((a) => ready(a)),
        ),
      ],
      "n1",
    );
  assert.deepEqual(staleFlows(tcp("10.244.0.2"), tcp()), []);
});

const inNamespace = (script: string) => tryRun(["unshare", "--net", "nft", "-f", "-"], { input: script });
const root = process.getuid?.() === 0 ? false : "needs root for a network namespace";

test("the kernel takes the whole table and every step from one state to the next", { skip: root }, async () => {
  const sticky = (seconds: number) =>
    service("web", {
      ...web.spec,
      type: "NodePort",
      externalIPs: ["192.0.2.7"],
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } },
      ports: [{ port: 80, nodePort: 30080 }],
    });
  const local = service("web", { ...sticky(60).spec, externalTrafficPolicy: "Local" });
  const host = hostPorts(podWithHostPort({}, { phase: "Running", podIP: "10.244.0.5" }));
  const renamed = service("renamed", web.spec);
  const at = (...addresses: string[]) => [
    slice(
      "web",
      8080,
      addresses.map((address) => ready(address)),
    ),
  ];
  const states = [
    virtualPorts([web], [], "n1"),
    virtualPorts([web], at("10.244.0.2"), "n1"),
    virtualPorts([renamed], [slice("renamed", 8080, [ready("10.244.0.2")])], "n1"),
    virtualPorts([sticky(60)], at("10.244.0.2", "10.244.0.3"), "n1"),
    virtualPorts([sticky(90)], at("10.244.0.2", "10.244.0.3"), "n1"),
    virtualPorts([sticky(90)], at("10.244.0.3"), "n1"),
    virtualPorts([local], [slice("web", 8080, [ready("10.244.0.2", "n2")])], "n1"),
    [...virtualPorts([local], at("10.244.0.2"), "n1"), ...host],
    virtualPorts([local], [], "n1"),
    [],
  ].map((ports) => ruleset(ports, options));
  let script = fullScript(states[0] ?? assert.fail(), 1);
  for (const [index, state] of states.entries()) {
    const before = states[index - 1];
    if (before) script += updateScript(before, state, index);
    const { code, stderr } = await inNamespace(script);
    assert.equal(code, 0, `${stderr}\n${script}`);
  }
});

test("the kernel refuses an update of another generation", { skip: root }, async () => {
  const script = fullScript(webAt("10.244.0.2"), 7) + updateScript(webAt("10.244.0.2"), webAt("10.244.0.3"), 6);
  const { code, stderr } = await inNamespace(script);
  assert.equal(code, 1);
  assert.match(stderr, /delete element ip knots_test generation/);
});
