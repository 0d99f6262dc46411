// Parts from real Debian packages, apt's answers as text, and each failure with the fix it names.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ProgramError } from "../process/error.ts";
import { run } from "../process/run.node.ts";
import { defaultPartsCache, resolvePackages } from "./apt.node.ts";
import { ensurePart } from "./ensure.node.ts";
import { PackageError, type PackageFailure, packageError } from "./error.ts";
import { type PartDeclaration, parts, programOf } from "./part.ts";
import { debFileName, parseInstalled, parseSimulation, pathVersion } from "./resolve.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-parts-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("apt's simulation names packages with version and architecture", () => {
  const answer = `Reading package lists...
Inst libc6 (2.36-9+deb12u14 Debian:12.15/oldstable [amd64]) []
Inst zlib1g:amd64 [1:1.2] (1:1.2.13.dfsg-1 Debian:12.15/oldstable, Debian-Security:12 [amd64])
Inst netbase (6.4 Debian:12.15/oldstable [all])
Conf netbase (6.4 Debian:12.15/oldstable [all])
`;
  assert.deepEqual(parseSimulation(answer).map(debFileName), [
    "libc6_2.36-9+deb12u14_amd64.deb",
    "netbase_6.4_all.deb",
  ]);
  const [zlib] = parseSimulation("Inst zlib1g (1:1.2.13.dfsg-1 Debian:12.15/oldstable [amd64])");
  assert.ok(zlib);
  assert.equal(debFileName(zlib), "zlib1g_1%3a1.2.13.dfsg-1_amd64.deb");
});

test("only fully installed packages count as installed", () => {
  assert.deepEqual([...parseInstalled("installed tar\nconfig-files nginx\ninstalled libc6\n")], ["tar", "libc6"]);
});

test("a version becomes a folder's name", () => {
  assert.equal(pathVersion("5:7.0.15-1~deb12u10"), "7.0.15-1_deb12u10");
});

const answers: readonly [string, string, PackageFailure, RegExp][] = [
  ["an unknown package", "E: Unable to locate package hapoxy", "not-found", /run apt-get update/],
  [
    "no name service",
    "E: Failed to fetch http://x  Temporary failure resolving 'x'",
    "no-network",
    /check the network/,
  ],
  ["a full disk", "dpkg-deb: error: cannot copy: No space left on device", "disk-full", /free some space/],
  ["anything else", "E: The package cache is odd", "broken", /The package cache is odd/],
];
for (const [name, stderr, failure, message] of answers) {
  test(`apt's failure is explained: ${name}`, () => {
    const cause = new ProgramError({ argv: ["apt-get"], failure: "failed", code: 100, stderr });
    const error = packageError(cause, ["haproxy"]);
    assert.ok(error instanceof PackageError);
    assert.equal(error.failure, failure);
    assert.match(error.message, message);
    assert.match(error.message, /haproxy/);
  });
}

test("a machine without apt is told so", () => {
  const error = packageError(new ProgramError({ argv: ["apt-get"], failure: "missing" }), ["runc"]);
  assert.ok(error instanceof PackageError && error.failure === "no-apt");
});

test("the closure of a package holds its libraries, whatever this machine has installed", async () => {
  const names = (await resolvePackages(["redis-server"])).map((deb) => deb.name);
  for (const name of ["redis-server", "redis-tools", "libc6", "libssl3"]) assert.ok(names.includes(name), name);
});

test("a package that does not exist is refused by name and leaves nothing", async (t) => {
  const dataDir = await folder(t);
  const wrong: PartDeclaration = { name: "wrong", packages: ["no-such-package-of-ours"], programs: {}, doc: "" };
  await assert.rejects(ensurePart(wrong, { dataDir }), /no-such-package-of-ours/);
  assert.deepEqual(await readdir(dataDir), []);
});

test("a part runs from its folder, and its second call neither downloads nor asks", async (t) => {
  const dataDir = await folder(t);
  const steps: string[] = [];
  const options = { dataDir, progress: (step: string) => steps.push(step) };
  const first = await ensurePart(parts.haproxy, options);
  const { stdout } = await run([programOf(first, "haproxy"), "-v"], { env: first.env });
  assert.match(stdout, /HAProxy version 2\.6/);
  assert.ok(steps.some((step) => step.startsWith("unpacking haproxy")));
  steps.length = 0;
  const again = await ensurePart(parts.haproxy, { ...options, cache: "/nowhere" });
  assert.deepEqual(again, first);
  assert.deepEqual(steps, []);
  assert.deepEqual(await readdir(join(dataDir, "parts")), [first.dir.slice(first.dir.lastIndexOf("/") + 1)]);
  assert.throws(() => programOf(first, "nginx"), /the part haproxy has no program nginx/);
});

test("two at once give the same part, a half-done one of a killed process is not taken for whole", async (t) => {
  const dataDir = await folder(t);
  const half = join(dataDir, "parts/init-0.1.7-1+b2");
  await mkdir(join(half, "usr"), { recursive: true });
  const [a, b] = await Promise.all([ensurePart(parts.init, { dataDir }), ensurePart(parts.init, { dataDir })]);
  assert.deepEqual(a, b);
  assert.match((await run([programOf(a, "catatonit"), "--version"])).stdout, /0\.1\.7/);
});

test("a full disk while unpacking is named and nothing stays", { skip: process.getuid?.() !== 0 }, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "knots-parts-"));
  await run(["mount", "-t", "tmpfs", "-o", "size=1m", "knots-test", dataDir]);
  t.after(async () => {
    await run(["umount", dataDir]);
    await rm(dataDir, { recursive: true });
  });
  await assert.rejects(ensurePart(parts.haproxy, { dataDir, cache: defaultPartsCache() }), (error) => {
    return error instanceof PackageError && error.failure === "disk-full";
  });
  assert.deepEqual(await readdir(join(dataDir, "parts")), []);
});
