// The git server as the real git sees it: clones, pushes of all kinds, refusals that say why, interruptions that leave nothing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { watch } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { Site } from "@knots/api";
import { realClock } from "@knots/std";
import { GIT_SERVICE } from "../access/names.ts";
import { gitLab } from "./git-server.fixture.node.ts";
import { FLUSH, packet } from "./pkt-line.ts";

const ZERO = "0".repeat(40);

test("a first push makes the repository, tells the platform, and shows its answer; a clone gets what was pushed", async (t) => {
  const lab = await gitLab(t, {
    onPush: ({ after }) => Promise.resolve([`Build hello-1 of ${after.slice(0, 8)} created`]),
  });
  const empty = await lab.git(["clone", lab.url("reader"), "before"], lab.folder);
  assert.match(empty.stderr, /cloned an empty repository/);
  const hash = await lab.commit("index.html", "<h1>one</h1>", "first");
  const pushed = await lab.git(["push", lab.url("writer"), "main"]);
  assert.equal(pushed.code, 0, pushed.stderr);
  assert.match(pushed.stderr, new RegExp(`^remote: Build hello-1 of ${hash.slice(0, 8)} created`, "m"));
  const [seen] = lab.pushes;
  assert.ok(seen && seen.at <= realClock.now());
  assert.deepEqual(
    { ...seen, at: 0 },
    { namespace: "team", name: "hello", ref: "refs/heads/main", before: ZERO, after: hash, user: "writer", at: 0 },
  );
  const site = { namespace: "team", name: "hello" };
  assert.deepEqual(await lab.repositories.commit(site, hash), { hash, author: "Ann", subject: "first" });
  assert.equal(await lab.repositories.head(site, "main"), hash);
  assert.equal(await lab.repositories.head(site, "none"), undefined);
  for (const version of ["0", "2"]) {
    const to = `clone-${version}`;
    const cloned = await lab.git(["-c", `protocol.version=${version}`, "clone", lab.url("reader"), to], lab.folder);
    assert.equal(cloned.code, 0, cloned.stderr);
    assert.equal((await lab.git(["rev-parse", "HEAD"], join(lab.folder, to))).stdout.trim(), hash);
  }
});

test("force pushes, new branches, tags and deletions are told one by one; nothing new is told as nothing", async (t) => {
  const lab = await gitLab(t);
  const push = (...args: string[]) => lab.git(["push", lab.url("writer"), ...args]);
  const first = await lab.commit("a", "1");
  await push("main");
  await lab.git(["commit", "--quiet", "--amend", "--message", "again"]);
  const second = (await lab.git(["rev-parse", "HEAD"])).stdout.trim();
  assert.notEqual((await push("main")).code, 0, "not a fast-forward");
  assert.equal((await push("--force", "main", "main:feature/x")).code, 0);
  await lab.git(["tag", "--annotate", "v1", "--message", "one"]);
  const tag = (await lab.git(["rev-parse", "v1"])).stdout.trim();
  assert.equal((await push("v1")).code, 0);
  assert.equal((await push("--delete", "feature/x")).code, 0);
  assert.equal((await push("main")).code, 0);
  const told = lab.pushes.map(({ ref, before, after }) => [ref, before, after]);
  assert.deepEqual(told, [
    ["refs/heads/main", ZERO, first],
    ["refs/heads/main", first, second],
    ["refs/heads/feature/x", ZERO, second],
    ["refs/tags/v1", ZERO, tag],
    ["refs/heads/feature/x", second, ZERO],
  ]);
  const cloned = await lab.git(["clone", "--quiet", lab.url("reader"), "c"], lab.folder);
  assert.equal(cloned.code, 0, cloned.stderr);
  const fetched = await lab.git(["fetch", "--depth=1", lab.url("reader"), first], join(lab.folder, "c"));
  assert.equal(fetched.code, 0, `a build finds its commit after a force push: ${fetched.stderr}`);
});

const hello = { namespace: "team", name: "hello" };

test("a site that is being deleted takes no push, and its repository does not come back", async (t) => {
  const lab = await gitLab(t);
  await lab.commit("a", "1");
  const site = await lab.client.get(Site, hello);
  await lab.client.update(Site, { ...site, metadata: { ...site.metadata, finalizers: ["x/y"] } });
  await lab.client.delete(Site, hello);
  const { code, stderr } = await lab.git(["push", lab.url("writer"), "main"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /remote: site hello is being deleted: wait until it is gone/);
  assert.deepEqual(await readdir(lab.folder), ["work"]);
});

test("a site that is deleted while a push begins leaves no repository either", async (t) => {
  const lab = await gitLab(t, { ensured: async () => void (await lab.client.delete(Site, hello).catch(() => {})) });
  await lab.commit("a", "1");
  const { code, stderr } = await lab.git(["push", lab.url("writer"), "main"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /remote: site hello is being deleted|not found/);
  assert.deepEqual(await readdir(join(lab.folder, "git", "team")), []);
  assert.deepEqual(lab.pushes, []);
});

const refusals: readonly [string, string, string, RegExp][] = [
  ["a token that is none", "wrong", "hello", /Authentication failed|could not read/],
  ["somebody who may only read", "reader", "hello", /remote: reader may not push to site hello in namespace team/],
  ["somebody who may do nothing", "stranger", "hello", /remote: stranger may not push/],
  ["a site that does not exist", "writer", "nothing", /remote: there is no site nothing in namespace team/],
  [
    "a site that is built from elsewhere",
    "writer",
    "other",
    /remote: site other is built from https:\/\/example.com\/a.git/,
  ],
  ["a name that no site can have", "writer", "..", /remote: no git repository here|not found/],
];
test("refused pushes say why and leave nothing", async (t) => {
  const lab = await gitLab(t);
  await lab.commit("a", "1");
  for (const [name, token, site, message] of refusals) {
    const { code, stderr } = await lab.git(["push", lab.url(token, site), "main"]);
    assert.notEqual(code, 0, name);
    assert.match(stderr, message, name);
  }
  const foreign = await lab.git(["push", lab.url("writer"), "main:refs/knots/x"]);
  assert.match(foreign.stderr, /\[remote rejected\] main -> refs\/knots\/x \(only branches and tags may be pushed\)/);
  assert.deepEqual(lab.pushes, []);
  const { stderr } = await lab.git(["clone", lab.url("stranger"), "x"], lab.folder);
  assert.match(stderr, /stranger may not read site hello/);
});

test("a token for one repository clones that one, and pushes nowhere", async (t) => {
  const lab = await gitLab(t);
  const access = [{ type: "git", name: "team/hello", actions: ["get"] }];
  const { token } = lab.tokens.issue({ subject: "build", audience: GIT_SERVICE, access, seconds: 60 });
  assert.equal((await lab.git(["ls-remote", lab.url(token)])).code, 0);
  assert.match((await lab.git(["ls-remote", lab.url(token, "other")])).stderr, /build may not read site other/);
  await lab.commit("a", "1");
  assert.match((await lab.git(["push", lab.url(token), "main"])).stderr, /build may not push/);
});

test("a push that is too large is refused with what to do, and the next small one works", async (t) => {
  const lab = await gitLab(t, { limits: { pushBytes: 1024 * 1024 } });
  await lab.commit("small", "1");
  await lab.commit("big", randomBytes(3 * 1024 * 1024));
  const { code, stderr } = await lab.git(["push", lab.url("writer"), "main"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /remote: A push may have at most 1 MiB: keep large files out/);
  assert.deepEqual(lab.pushes, []);
  const repository = join(lab.folder, "git/team/hello.git");
  assert.deepEqual((await readdir(join(repository, "objects"))).sort(), ["info", "pack"], "nothing is left of it");
  assert.equal((await lab.git(["push", lab.url("writer"), "HEAD~1:refs/heads/main"])).code, 0);
});

test("a full repository takes no more, but lets branches be deleted", async (t) => {
  const lab = await gitLab(t, { limits: { repositoryBytes: 300 * 1024 } });
  await lab.commit("big", randomBytes(290 * 1024));
  assert.equal((await lab.git(["push", lab.url("writer"), "main", "main:old"])).code, 0);
  await lab.commit("more", randomBytes(20 * 1024));
  assert.notEqual((await lab.git(["push", lab.url("writer"), "main"])).code, 0, "there was little room");
  assert.equal((await lab.git(["push", lab.url("writer"), "--delete", "old"])).code, 0);
});

test("two pushes at once: both to branches of their own, one of two to the same", async (t) => {
  const lab = await gitLab(t);
  await lab.commit("a", "1");
  await lab.git(["push", lab.url("writer"), "main"]);
  await lab.commit("a", "2");
  await lab.git(["branch", "left"]);
  await lab.git(["commit", "--quiet", "--amend", "--message", "other"]);
  await lab.git(["branch", "right"]);
  const apart = await Promise.all(["left", "right"].map((name) => lab.git(["push", lab.url("writer"), name])));
  assert.deepEqual(
    apart.map(({ code }) => code),
    [0, 0],
  );
  const together = await Promise.all(
    ["left", "right"].map((name) => lab.git(["push", lab.url("writer"), `${name}:main`])),
  );
  assert.equal(together.filter(({ code }) => code === 0).length, 1);
  assert.equal(lab.pushes.filter(({ ref }) => ref === "refs/heads/main").length, 2);
});

/** Resolves when receive-pack has, or has no longer, a place for objects that are not yet part of the repository. */
function quarantine(objects: string, present: boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const names = await readdir(objects);
      if (names.some((name) => name.includes("incoming")) !== present) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(objects, () => void look());
    void look();
  });
}

test("a pusher that is killed leaves neither references nor objects, and the next push works", async (t) => {
  const lab = await gitLab(t);
  await lab.commit("big", randomBytes(8 * 1024 * 1024));
  const site = { namespace: "team", name: "hello" };
  const objects = join(await lab.repositories.ensure(site, "main"), "objects");
  const cwd = join(lab.folder, "work");
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
  const child = spawn("git", ["push", lab.url("writer"), "main"], { cwd, env, detached: true, stdio: "ignore" });
  await quarantine(objects, true);
  process.kill(-(child.pid ?? 0), "SIGKILL");
  await quarantine(objects, false);
  const before = lab.pushes.length;
  const again = await lab.git(["push", lab.url("writer"), "main"]);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual([before, lab.pushes.length], [0, 1], "killed long before 8 MiB were there");
});

test("half a push over a broken connection changes nothing", async (t) => {
  const lab = await gitLab(t);
  const hash = await lab.commit("a", "1");
  const site = { namespace: "team", name: "hello" };
  const objects = join(await lab.repositories.ensure(site, "main"), "objects");
  const sent = request({
    port: lab.port,
    method: "POST",
    path: "/git/team/hello.git/git-receive-pack",
    headers: { authorization: "Bearer writer", "content-type": "application/x-git-receive-pack-request" },
  });
  sent.on("error", () => {});
  sent.write(Buffer.concat([packet(`${ZERO} ${hash} refs/heads/main\0report-status side-band-64k`), FLUSH]));
  // Two objects are announced, none comes.
  sent.write(Buffer.from("PACK\0\0\0\x02\0\0\0\x02", "latin1"));
  await quarantine(objects, true);
  sent.destroy();
  await quarantine(objects, false);
  assert.equal(await lab.repositories.head(site, "main"), undefined);
  assert.equal((await lab.git(["push", lab.url("writer"), "main"])).code, 0);
  assert.equal(lab.pushes.length, 1);
});

test("what cannot be started is told, and the push stays", async (t) => {
  const lab = await gitLab(t, { onPush: () => Promise.reject(new Error("the disk is full")) });
  await lab.commit("a", "1");
  const { code, stderr } = await lab.git(["push", lab.url("writer"), "main"]);
  assert.equal(code, 0);
  assert.match(stderr, /remote: The push is stored, but nothing was started for refs\/heads\/main: the disk is full/);
});

test("objects that fsck refuses do not get in", async (t) => {
  const lab = await gitLab(t);
  await lab.commit("a", "1");
  const tree = (await lab.git(["rev-parse", "HEAD^{tree}"])).stdout.trim();
  const bad = `tree ${tree}\nauthor nobody\ncommitter nobody\n\nbad\n`;
  await lab.commit("bad", bad);
  const hashed = await lab.git(["hash-object", "-t", "commit", "-w", "--literally", "bad"]);
  assert.equal(hashed.code, 0, hashed.stderr);
  const { code, stderr } = await lab.git(["push", lab.url("writer"), `${hashed.stdout.trim()}:refs/heads/main`]);
  assert.notEqual(code, 0);
  assert.match(stderr, /remote: (fatal|error).*(missingEmail|fsck)/);
});

test("a removed repository is gone, and sweeping removes what was left unfinished", async (t) => {
  const lab = await gitLab(t);
  const site = { namespace: "team", name: "hello" };
  await lab.commit("a", "1");
  await lab.git(["push", lab.url("writer"), "main"]);
  await lab.repositories.remove(site);
  await lab.repositories.remove(site);
  await mkdir(join(lab.folder, "git/team/half.git.1.new/objects"), { recursive: true });
  await mkdir(join(lab.folder, "git/team/kept.git/objects/tmp_objdir-incoming-x"), { recursive: true });
  await lab.repositories.sweep();
  assert.equal(await lab.repositories.head(site, "main"), undefined);
  assert.deepEqual(await readdir(join(lab.folder, "git/team")), ["kept.git"]);
  assert.deepEqual(await readdir(join(lab.folder, "git/team/kept.git/objects")), []);
});
