// The driver on a real HAProxy: routing, growth without loss, draining, adoption.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { type Agent, createServer, get, type Server } from "node:http";
import { get as getTls } from "node:https";
import { type AddressInfo, createServer as createProbe } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LOOK_HEADER, SERVED_BY_HEADER } from "@knots/api";
import { createAuthority, ensurePart, issueCertificate, type KeyPair, type Part, parts, programOf } from "@knots/host";
import { deferred, defined, realClock, silentLogger } from "@knots/std";
import type { Backend, Route, RoutesPlan } from "../routes/routes.ts";
import { type DriverOptions, type IngressDriver, startDriver } from "./driver.node.ts";
import { stopHaproxy } from "./process.node.ts";

let folder: string;
let part: Part;
let authority: KeyPair;
let ports: readonly number[];
let servers: readonly Server[];
let driver: IngressDriver;
let released: (pod: string) => void = () => {};
const held = new Map<string, () => void>();

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createProbe().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** A pod: answers its name and path; `/hold` waits until the test lets it go. */
function startPod(name: string): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (): void => void response.end(`${name} ${request.url}`);
    if (request.url === "/hold") held.set(name, answer);
    else answer();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const program = () => ({
  program: programOf(part, "haproxy"),
  env: part.env,
  record: join(folder, "haproxy.json"),
  log: join(folder, "haproxy.log"),
});
const options = (): DriverOptions => ({
  folder,
  addresses: ["127.0.0.1"],
  httpPort: ports[0] ?? 0,
  httpsPort: ports[1] ?? 0,
  haproxy: program(),
  clock: realClock,
  log: silentLogger,
  capacity: { sites: 2, slots: 2 },
  certificateFor: async ({ host }) => {
    const pair = await issueCertificate(
      authority,
      { user: host, usages: ["server"], dnsNames: [host] },
      realClock.now(),
    );
    return pair.certificate + pair.key;
  },
  released: (pod) => released(pod),
});

/** Who answered, as those are told who ask with the header; and what came otherwise. */
function look(host: string, headers: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const call = get({ host: "127.0.0.1", port: ports[0], headers: { host, ...headers } }, (response) => {
      response.resume();
      resolve(response.headers[SERVED_BY_HEADER]?.toString());
    });
    call.on("error", reject);
  });
}

function ask(host: string, path = "/", agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = get(
      { host: "127.0.0.1", port: ports[0], path, headers: { host }, ...(agent && { agent }) },
      (response) => {
        let text = "";
        response.on("data", (part: Buffer) => {
          text += part.toString();
        });
        response.on("end", () => resolve(`${response.statusCode} ${text.trim()}`));
      },
    );
    call.on("error", reject);
  });
}
function askTls(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = getTls(
      {
        host: "127.0.0.1",
        port: ports[1],
        servername: host,
        headers: { host },
        ca: authority.certificate,
        agent: false,
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(String(response.statusCode)));
      },
    );
    call.on("error", reject);
  });
}

const portOf = (pod: number): number => (defined(servers[pod], "pod").address() as AddressInfo).port;
const backend = (name: string, ...pods: readonly number[]): Backend => ({
  name,
  draining: [],
  endpoints: pods.map((pod) => ({
    address: "127.0.0.1",
    port: portOf(pod),
    pod: `ns/pod${pod}`,
  })),
});
const route = (host: string, path: string, to: string, match: Route["match"] = "prefix"): Route => ({
  host,
  path,
  match,
  backend: to,
});
const planOf = (backends: readonly Backend[], routes: readonly Route[], hosts: readonly string[]): RoutesPlan => ({
  backends,
  routes,
  certificates: hosts.map((host) => ({ host })),
  problems: [],
  served: [],
});

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "knots-ingress-"));
  part = await ensurePart(parts.haproxy, { dataDir: folder });
  authority = await createAuthority("test-ca", realClock.now());
  ports = [await freePort(), await freePort()];
  servers = await Promise.all([startPod("a"), startPod("b"), startPod("c")]);
  driver = await startDriver(options());
});
after(async () => {
  await driver.close();
  await stopHaproxy(program());
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

test("hosts, path elements, exact paths, wildcards and any host, over HTTP and HTTPS", async () => {
  await driver.apply(
    planOf(
      [backend("n/a:80", 0), backend("n/b:80", 1), backend("n/c:80", 2)],
      [
        route("a.test", "/", "n/a:80"),
        route("a.test", "/b", "n/b:80"),
        route("a.test", "/only", "n/c:80", "exact"),
        route("*.wild.test", "/", "n/c:80"),
        route("", "/any", "n/b:80"),
      ],
      ["a.test", "*.wild.test"],
    ),
  );
  const rows: readonly (readonly [string, string, string])[] = [
    ["a.test", "/", "200 a /"],
    ["A.TEST:80", "/x", "200 a /x"],
    ["a.test", "/b", "200 b /b"],
    ["a.test", "/b/x", "200 b /b/x"],
    ["a.test", "/bx", "200 a /bx"],
    ["a.test", "/only", "200 c /only"],
    ["a.test", "/only/x", "200 a /only/x"],
    ["x.wild.test", "/", "200 c /"],
    ["wild.test", "/", "404 No site answers here."],
    ["x.y.wild.test", "/", "404 No site answers here."],
    ["other.test", "/any/1", "200 b /any/1"],
    ["other.test", "/", "404 No site answers here."],
  ];
  for (const [host, path, expected] of rows) assert.equal(await ask(host, path), expected, `${host}${path}`);
  assert.equal(await askTls("a.test"), "200");
  assert.equal(await askTls("x.wild.test"), "200");
});

test("who asks on this machine is told which server answered, and nobody else is", async () => {
  await driver.apply(planOf([backend("ns/look", 0)], [route("look.test", "/", "ns/look")], []));
  assert.equal(await look("look.test", { [LOOK_HEADER]: "1" }), "127.0.0.1");
  assert.equal(await look("look.test", {}), undefined);
});

test("a switch sends new requests to the new pod at once, and releases the old pod after its last answer", async () => {
  const one = (pod: number): RoutesPlan =>
    planOf([backend("n/a:80", pod)], [route("a.test", "/", "n/a:80")], ["a.test"]);
  await driver.apply(one(0));
  const gone = deferred<string>();
  released = (pod) => {
    if (pod === "ns/pod0") gone.resolve(pod);
  };
  const slow = ask("a.test", "/hold");
  while (!held.has("a")) await new Promise((resolve) => setImmediate(resolve));
  await driver.apply(one(1));
  assert.equal(await ask("a.test", "/new"), "200 b /new");
  assert.ok(driver.served().has("ns/pod0"), "still finishing");
  held.get("a")?.();
  assert.equal(await slow, "200 a /hold");
  assert.equal(await gone.promise, "ns/pod0");
  assert.ok(!driver.served().has("ns/pod0"));
});

test("a new driver adopts the running HAProxy with its routes", async () => {
  await driver.close();
  assert.equal(await ask("a.test"), "200 b /");
  driver = await startDriver(options());
  assert.ok(driver.served().has("ns/pod1"));
  assert.equal(await ask("a.test"), "200 b /");
  await driver.apply(planOf([backend("n/a:80", 2)], [route("a.test", "/", "n/a:80")], ["a.test"]));
  assert.equal(await ask("a.test"), "200 c /");
});
