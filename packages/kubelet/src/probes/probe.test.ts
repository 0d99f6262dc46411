// What probes conclude, as tables, and one that is really sent.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Container, HTTPGetAction } from "@knots/api";
import { realClock } from "@knots/std";
import { createFakeRuntime } from "../runtime/fake.ts";
import { check, portNumber } from "./check.ts";
import { initialState, nextState, type ProbeKind, type ProbeResult, probesOf, verdictOf } from "./probe.ts";

const RESULTS: Readonly<Record<string, ProbeResult>> = { "+": "success", "-": "failure", "?": "unknown" };

/** Verdicts after each look: `+` success, `-` failure, `?` unknown. */
function verdicts(kind: ProbeKind, looks: string, thresholds: object): string {
  const [rules] = probesOf({ name: "app", [`${kind}Probe`]: thresholds });
  assert.ok(rules);
  let state = initialState(kind);
  return looks
    .split("")
    .map((look) => {
      state = nextState(state, RESULTS[look] ?? "unknown", rules);
      return Object.keys(RESULTS).find((sign) => RESULTS[sign] === state.verdict);
    })
    .join("");
}

const rows: readonly (readonly [
  sentence: string,
  kind: ProbeKind,
  looks: string,
  result: string,
  thresholds?: object,
])[] = [
  ["readiness passes at the first success", "readiness", "-+", "-+"],
  ["and is lost after three failures in a row", "readiness", "+--+---", "++++++-"],
  [
    "two successes are needed when that is said",
    "readiness",
    "+-++",
    "---+",
    { successThreshold: 2, failureThreshold: 1 },
  ],
  ["liveness is believed at first", "liveness", "--", "++"],
  ["and fails at the third failure", "liveness", "---", "++-"],
  ["what could not be asked changes nothing", "liveness", "--?-", "+++-"],
  ["not even what is not known yet", "startup", "??", "??"],
  ["startup knows nothing until it passes", "startup", "-+", "?+"],
  ["or fails for good", "startup", "--", "?-", { failureThreshold: 2 }],
];
for (const [sentence, kind, looks, result, thresholds = {}] of rows)
  test(sentence, () => assert.equal(verdicts(kind, looks, thresholds), result));

test("defaults are upstream's", () => {
  const [rules] = probesOf({ name: "app", livenessProbe: {} });
  const { probe: _probe, ...numbers } = rules ?? {};
  const thresholds = { successThreshold: 1, failureThreshold: 3 };
  assert.deepEqual(numbers, { kind: "liveness", initialDelay: 0, period: 10_000, timeout: 1000, ...thresholds });
});

test("before its startup probe has passed a container is neither started nor ready, however its readiness", () => {
  const rules = probesOf({ name: "app", startupProbe: {}, readinessProbe: {} });
  const passed = { verdict: "success", last: "success", count: 1 } as const;
  const states = new Map([["readiness", passed]] as const);
  assert.deepEqual(verdictOf(rules, states), { started: false, ready: false });
  assert.deepEqual(verdictOf(rules, new Map([...states, ["startup", passed] as const])), {
    started: true,
    ready: true,
  });
});

test("a probe's own grace goes with its failure", () => {
  const rules = probesOf({ name: "app", livenessProbe: { terminationGracePeriodSeconds: 7 } });
  const states = new Map([["liveness", { verdict: "failure", last: "failure", count: 3 }]] as const);
  assert.deepEqual(verdictOf(rules, states).failed, { probe: "liveness", graceSeconds: 7 });
});

test("a port is a number, a name of the container's, or nothing", () => {
  const container = { name: "app", ports: [{ name: "web", containerPort: 8080 }] };
  assert.equal(portNumber(80, container), 80);
  assert.equal(portNumber("web", container), 8080);
  assert.throws(() => portNumber("none", container), /invalid port number: none/);
});

const answers: readonly (readonly [path: string, result: ProbeResult, message: RegExp])[] = [
  ["/200", "success", /^$/],
  ["/399", "success", /^$/],
  ["/400", "failure", /^HTTP probe failed with statuscode: 400$/],
  ["/500", "failure", /statuscode: 500/],
  ["/to/500", "failure", /statuscode: 500/],
  ["/away", "success", /^$/],
  ["/never", "failure", /context deadline exceeded/],
];
test("HTTP: 200 to 399 is good, redirects are followed on the same host only, silence is a failure", async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.host, request.headers["x-test"]?.toString());
    const path = request.url ?? "";
    if (path === "/never") return;
    if (path.startsWith("/to")) response.writeHead(302, { location: path.slice(3) });
    else if (path === "/away") response.writeHead(302, { location: "http://example.invalid/" });
    else response.writeHead(Number(path.slice(1)));
    response.end("body");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { runtime } = createFakeRuntime({ clock: realClock });
  const container: Container = { name: "app" };
  const target = { containerId: "c1", container, ip: "127.0.0.1" };
  const look = (action: Partial<HTTPGetAction>, timeout = 2000) =>
    check(runtime, target, { probe: { httpGet: { port, ...action } }, timeout });
  for (const [path, result, message] of answers) {
    const found = await look({ path }, path === "/never" ? 50 : 2000);
    assert.equal(found.result, result, path);
    assert.match(found.message, message);
  }
  seen.length = 0;
  const httpHeaders = [
    { name: "Host", value: "shop.example" },
    { name: "X-Test", value: "a" },
    { name: "X-Test", value: "b" },
  ];
  await look({ path: "/200", httpHeaders });
  assert.deepEqual(seen, ["shop.example", "a, b"]);
  const tcp = (at: number) => check(runtime, target, { probe: { tcpSocket: { port: at } }, timeout: 1000 });
  assert.equal((await tcp(port)).result, "success");
  assert.match((await tcp(1)).message, /^dial tcp 127\.0\.0\.1:1: .*ECONNREFUSED/);
});
