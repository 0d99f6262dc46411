// The real docker-registry: who gets in, what is kept, what goes, and how it is started, adopted and made read-only.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:https";
import { after, before, test } from "node:test";
import { commandLine, createAuthority, issueCertificate, mediaTypes, readRecord } from "@knots/host";
import { realClock, silentLogger } from "@knots/std";
import type { Access } from "../access/access.ts";
import { REGISTRY_SERVICE } from "../access/names.ts";
import { openDoor } from "../http/server.node.ts";
import { digestOf, registryClient } from "./client.node.ts";
import { registryImages } from "./collect.node.ts";
import { registryYaml } from "./config.ts";
import { hostsToml } from "./hosts.ts";
import { freePort, registryLab } from "./registry-lab.fixture.node.ts";
import { parseScopes, siteOfRepository } from "./scope.ts";
import { registryPaths, startRegistry } from "./start.node.ts";
import { registryUsage } from "./stored-images.node.ts";
import { registryTokenRoute } from "./token-endpoint.node.ts";

let lab: Awaited<ReturnType<typeof registryLab>>;
before(async () => {
  lab = await registryLab();
});
after(() => lab.end());

const blobOf = (text: string) => {
  const content = Buffer.from(text);
  return { digest: digestOf(content), size: content.length, content };
};

/** Pushes an image of one layer; answers its digest. */
async function push(repository: string, tag: string, text: string): Promise<string> {
  const [layer, config] = [blobOf(text), blobOf(JSON.stringify({ made: text }))];
  for (const blob of [layer, config]) await lab.client.uploadBlob(repository, blob);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: config.digest, size: config.size },
    layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.size }],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return await lab.client.putManifest(repository, tag, { mediaType: mediaTypes.manifest, bytes });
}

test("what is pushed is found by tag and digest, and its blobs are mounted elsewhere without moving", async () => {
  const digest = await push("team/one", "v1", "layer one");
  const stored = await lab.client.manifest("team/one", "v1");
  assert.equal(stored?.digest, digest);
  assert.equal((await lab.client.manifest("team/one", digest))?.mediaType, mediaTypes.manifest);
  assert.deepEqual(await lab.client.tags("team/one"), ["v1"]);
  assert.deepEqual(await lab.client.tags("team/none"), []);
  const layer = blobOf("layer one");
  assert.equal(await lab.client.hasBlob("team/two", layer.digest), false);
  assert.equal(await lab.client.mountBlob("team/two", layer.digest, "team/one"), true);
  assert.equal(await lab.client.hasBlob("team/two", layer.digest), true);
  assert.equal(await lab.client.mountBlob("team/two", blobOf("nothing").digest, "team/one"), false);
  assert.deepEqual(await lab.client.readBlob("team/two", layer.digest), layer.content);
  assert.equal(await lab.client.manifest("team/none", "v1"), undefined);
});

test("a token is good for its repository and actions only, and one signed by another key for none", async () => {
  const { port } = lab.options;
  const access = [{ type: "repository", name: "team/mine", actions: ["pull", "push"] }];
  const { token } = lab.tokens.issue({ subject: "packer", audience: REGISTRY_SERVICE, access, seconds: 60 });
  const common = { address: `127.0.0.1:${port}`, authority: lab.authority.certificate };
  const packer = registryClient({ ...common, token: () => token });
  await packer.uploadBlob("team/mine", blobOf("mine"));
  await assert.rejects(packer.uploadBlob("team/yours", blobOf("yours")), /401/);
  await assert.rejects(packer.deleteManifest("team/mine", blobOf("mine").digest), /401/);
  packer.close();
  const { token: foreign } = lab.tokens.issue({ subject: "x", audience: "elsewhere", access, seconds: 60 });
  const outsider = registryClient({ ...common, token: () => foreign });
  await assert.rejects(outsider.tags("team/mine"), /401/);
  outsider.close();
  const untrusting = registryClient({ address: common.address, token: () => token });
  await assert.rejects(untrusting.tags("team/mine"), /registry 127.0.0.1:\d+: .*certificate/);
  untrusting.close();
});

test("bytes that do not match their digest are refused", async () => {
  const wrong = { ...blobOf("one"), content: Buffer.from("two") };
  await assert.rejects(lab.client.uploadBlob("team/one", wrong), /400|digest/);
});

test("removed images free their space, shared blobs and other images stay, and pushes work again", async () => {
  const images = registryImages({ registry: lab.registry, client: lab.client, part: lab.part });
  const signal = new AbortController().signal;
  const old = await push("team/site", "old", "x".repeat(50_000));
  const kept = await push("team/site", "new", "y".repeat(1000));
  const listed = (await images.list(signal)).filter(({ repository }) => repository === "team/site");
  assert.deepEqual(new Set(listed.flatMap(({ tags }) => tags)), new Set(["new", "old"]));
  const found = listed.find(({ digest }) => digest === old);
  assert.ok(found && found.bytes > 50_000 && found.pushedAt <= realClock.now());
  const before = await registryUsage(lab.registry.storage);
  await images.remove(found, signal);
  await images.remove(found, signal);
  const started = realClock.monotonic();
  await images.sweep(signal);
  console.log(`collected in ${Math.round(realClock.monotonic() - started)} ms`);
  const usage = await registryUsage(lab.registry.storage);
  assert.ok(before.bytes - usage.bytes > 50_000, `${before.bytes} -> ${usage.bytes}`);
  assert.ok((usage.repositories["team/site"] ?? 0) < 5000);
  assert.equal(await lab.client.manifest("team/site", "old"), undefined);
  assert.equal((await lab.client.manifest("team/site", "new"))?.digest, kept);
  assert.equal(await lab.client.hasBlob("team/site", blobOf("x".repeat(50_000)).digest), false);
  assert.equal(await push("team/site", "old", "x".repeat(50_000)), old, "a collected blob can come again");
  assert.ok((await lab.client.readBlob("team/site", blobOf("x".repeat(50_000)).digest)).length > 0);
});

test("while read-only nothing is written and everything is read", async () => {
  await push("team/one", "v1", "layer one");
  await lab.registry.whileReadOnly(async () => {
    assert.ok(await lab.client.manifest("team/one", "v1"));
    await assert.rejects(lab.client.uploadBlob("team/one", blobOf("late")), /405/);
  });
  await lab.client.uploadBlob("team/one", blobOf("late"));
});

test("a running registry is adopted; other settings replace it; a taken port is named", async () => {
  const { record } = registryPaths(lab.folder);
  const pid = (await readRecord(record))?.pid ?? 0;
  assert.ok((await commandLine(pid)).includes("serve"));
  assert.equal((await startRegistry(lab.options)).adopted, true);
  assert.equal((await readRecord(record))?.pid, pid);
  const realm = "https://127.0.0.1:2/registry/token";
  assert.equal((await startRegistry({ ...lab.options, realm })).adopted, false);
  assert.notEqual((await readRecord(record))?.pid, pid);
  await startRegistry(lab.options);
  const port = await freePort();
  const taken = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const other = { ...lab.options, dataDir: `${lab.folder}/other`, port };
  await assert.rejects(startRegistry(other), new RegExp(`port ${port} on 127.0.0.1 is in use by another program`));
  taken.close();
});

test("the token endpoint grants nodes pulls, users what their roles say, and the platform's images to be read only", async (t) => {
  const now = realClock.now();
  const access: Access = {
    authenticate: (token) => Promise.resolve(token === "ann" ? { username: "ann" } : undefined),
    may: (_caller, verb, site) => Promise.resolve(verb === "get" && site.name === "site"),
  };
  const serving = await issueCertificate(
    lab.authority,
    { user: "door", usages: ["server"], ipAddresses: ["127.0.0.1"] },
    now,
  );
  const tls = { serving, clients: lab.authority.certificate };
  const routes = [registryTokenRoute({ access, tokens: lab.tokens })];
  const door = await openDoor({ addresses: ["127.0.0.1"], port: 0, tls, routes, clock: realClock, log: silentLogger });
  t.after(() => door.close());
  const nodeRequest = { user: "system:node:a", groups: ["system:nodes"], usages: ["client"] } as const;
  const node = await issueCertificate(lab.authority, nodeRequest, now);
  const stranger = await issueCertificate(await createAuthority("other", now), nodeRequest, now);
  const ask = (scope: string, who: { readonly token?: string; readonly pair?: typeof node }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const path = `/registry/token?service=${REGISTRY_SERVICE}&scope=${encodeURIComponent(scope)}`;
      const headers = who.token ? { authorization: `Basic ${Buffer.from(`x:${who.token}`).toString("base64")}` } : {};
      const client = who.pair ? { cert: who.pair.certificate, key: who.pair.key } : {};
      const to = { port: door.port, path, headers, ca: lab.authority.certificate, agent: false as const, ...client };
      const answered = async (response: IncomingMessage): Promise<void> => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const { token = "" } = JSON.parse(Buffer.concat(chunks).toString()) as { token?: string };
        resolve(response.statusCode === 200 ? lab.tokens.read(token, REGISTRY_SERVICE)?.access : response.statusCode);
      };
      request({ host: "127.0.0.1", ...to }, (response) => void answered(response).catch(reject))
        .on("error", reject)
        .end();
    });
  const grant = (name: string, ...actions: string[]) => [{ type: "repository", name, actions }];
  const scope = "repository:team/site:pull,push";
  assert.deepEqual(await ask(scope, { pair: node }), grant("team/site", "pull"));
  assert.deepEqual(await ask(scope, { token: "ann" }), grant("team/site", "pull"));
  assert.deepEqual(await ask("repository:team/other:pull", { token: "ann" }), []);
  assert.deepEqual(
    await ask("repository:knots/static:pull,push,delete", { token: "ann" }),
    grant("knots/static", "pull"),
  );
  assert.equal(await ask(scope, {}), 401);
  assert.equal(await ask(scope, { token: "wrong" }), 401);
  assert.equal(await ask(scope, { pair: stranger }), 401);
});

test("scopes are read, several at once, and names that are no site's are known as such", () => {
  const scopes = ["repository:a/b:pull repository:c/d:push,pull", "registry:catalog:*", "repository:A:pull", "x"];
  assert.deepEqual(parseScopes(scopes), [
    { name: "a/b", actions: ["pull"] },
    { name: "c/d", actions: ["push", "pull"] },
  ]);
  assert.deepEqual(siteOfRepository("team/site"), { namespace: "team", name: "site" });
  for (const name of ["team", "team/site/more", "team/1site", "../x"]) assert.equal(siteOfRepository(name), undefined);
});

test("the texts for docker-registry and containerd are what those read", () => {
  const config = {
    address: "10.0.0.1",
    port: 5000,
    storage: "/s",
    certificate: "/c",
    key: "/k",
    tokens: "/t",
    realm: "https://r",
  };
  const read = JSON.parse(registryYaml({ ...config, readOnly: true })) as { http: { addr: string } };
  assert.equal(read.http.addr, "10.0.0.1:5000");
  const toml = hostsToml({ address: "10.0.0.1:5000", authority: "/ca.crt", certificate: "/n.crt", key: "/n.key" });
  assert.equal(
    toml,
    `server = "https://10.0.0.1:5000"

[host."https://10.0.0.1:5000"]
capabilities = ["pull", "resolve"]
ca = "/ca.crt"
client = [["/n.crt","/n.key"]]
`,
  );
});
