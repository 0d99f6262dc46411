// The steps of a build as programs: on real repositories and packages in temporary folders, and what they make of failures.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readReport } from "../report.ts";
import { buildFailure, installFailure, workOf } from "./build.node.ts";
import { cloneFailure, gitConfig } from "./clone.node.ts";
import { blanker, createOutput } from "./output.ts";
import { fitted } from "./program.node.ts";

function withFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "knots-step-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function step(name: "clone" | "build", home: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const report = join(home, "report");
  const env = {
    ...process.env,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C",
    npm_config_offline: "true",
    ...more,
  };
  const file = join(import.meta.dirname, `${name}.node.ts`);
  const ended = spawnSync(process.execPath, [file, ...args, "--report", report], { env, encoding: "utf8" });
  const words = ended.status === 0 ? undefined : readReport(readFileSync(report, "utf8"));
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr, words };
}

function repository(folder: string): { readonly url: string; readonly first: string; readonly second: string } {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-C", folder, ...args], {
      encoding: "utf8",
    }).trim();
  mkdirSync(folder);
  git("init", "-q", "-b", "main");
  const commit = (text: string): string => {
    writeFileSync(join(folder, "index.html"), text);
    git("add", ".");
    git("commit", "-q", "-m", text);
    return git("rev-parse", "HEAD");
  };
  return { url: `file://${folder}`, first: commit("one"), second: commit("two") };
}

test("the clone step checks out exactly the commit, also an older one", () =>
  withFolder((home) => {
    const { url, first, second } = repository(join(home, "origin"));
    for (const [commit, text] of [
      [first, "one"],
      [second, "two"],
    ] as const) {
      const into = join(home, text);
      const { code, stdout } = step("clone", home, [
        "--url",
        url,
        "--commit",
        commit,
        "--branch",
        "main",
        "--into",
        into,
      ]);
      assert.equal(code, 0, stdout);
      assert.equal(readFileSync(join(into, "index.html"), "utf8"), text);
    }
  }));

test("the clone step says that a commit or a repository is not there", () =>
  withFolder((home) => {
    const { url } = repository(join(home, "origin"));
    const missing = ["--commit", "d".repeat(40), "--branch", "main", "--into", join(home, "x")];
    assert.equal(step("clone", home, ["--url", url, ...missing]).words?.reason, "CommitNotFound");
    const { words } = step("clone", home, ["--url", "https://127.0.0.1:1/a.git", ...missing]);
    assert.equal(words?.reason, "RepositoryUnreachable");
    assert.match(words?.tail ?? "", /unable to access/);
  }));

test("the build step installs and builds, leaves plain pages alone, and runs the owner's command", () =>
  withFolder((home) => {
    const source = join(home, "source");
    mkdirSync(source);
    assert.equal(step("build", home, ["--source", source]).code, 0);
    const scripts = { build: "node -e \"require('fs').writeFileSync('made', 'by npm')\"" };
    writeFileSync(join(source, "package.json"), JSON.stringify({ name: "a", version: "1.0.0", scripts }));
    const built = step("build", home, ["--source", source]);
    assert.equal(built.code, 0, built.stdout);
    assert.match(built.stdout, /knots: npm install --include=dev[\s\S]*knots: npm run build/);
    assert.equal(readFileSync(join(source, "made"), "utf8"), "by npm");
    assert.equal(step("build", home, ["--source", source, "--command", "echo own > made"]).code, 0);
    assert.equal(readFileSync(join(source, "made"), "utf8"), "own\n");
  }));

test("the build step says what failed, with the end of the log", () =>
  withFolder((home) => {
    const source = join(home, "source");
    mkdirSync(source);
    assert.equal(step("build", home, ["--source", source, "--directory", "web"]).words?.reason, "DirectoryMissing");
    writeFileSync(join(source, "package.json"), "{");
    assert.equal(step("build", home, ["--source", source]).words?.reason, "PackageInvalid");
    const scripts = { build: "node -e \"console.error('it is broken'); process.exit(3)\"" };
    writeFileSync(join(source, "package.json"), JSON.stringify({ name: "a", version: "1.0.0", scripts }));
    const { words } = step("build", home, ["--source", source]);
    assert.equal(words?.reason, "BuildScriptFailed");
    assert.match(words?.tail ?? "", /it is broken/);
    writeFileSync(join(source, "package.json"), JSON.stringify({ name: "a", dependencies: { b: "file:./b" } }));
    mkdirSync(join(source, "b"));
    writeFileSync(join(source, "b/package.json"), JSON.stringify({ name: "b", version: "1.0.0" }));
    writeFileSync(join(source, "package-lock.json"), JSON.stringify({ name: "a", lockfileVersion: 3, packages: {} }));
    const mismatch = step("build", home, ["--source", source]).words;
    assert.equal(mismatch?.reason, "LockFileMismatch");
    assert.match(mismatch?.tail ?? "", /Missing: b@1.0.0 from lock file[^-]*$/, "npm's pages of usage are left out");
  }));

test("secrets from the environment are shown nowhere, however they are printed", () =>
  withFolder((home) => {
    const source = join(home, "source");
    mkdirSync(source);
    const secret = "s3cr3t/of ours?";
    const key = "-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----\n";
    const script = `const { SECRET, KEY } = process.env;
      process.stdout.write("x".repeat(20000) + SECRET.slice(0, 7));
      process.stdout.write(SECRET.slice(7) + "y".repeat(20000) + "\\n");
      console.error(encodeURIComponent(SECRET), Buffer.from(SECRET).toString("base64"), KEY, process.env.PLAIN);
      process.exit(4);`;
    writeFileSync(join(source, "build.cjs"), script);
    const args = ["--source", source, "--command", "node build.cjs", "--secret-env=SECRET", "--secret-env=KEY"];
    const given = { SECRET: secret, KEY: key, PLAIN: "not a secret" };
    const { stdout, stderr, words } = step("build", home, args, given);
    const all = stdout + stderr + (words?.tail ?? "");
    assert.match(all, /\*\*\*/);
    for (const form of [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, ""), "abcdefgh"])
      assert.ok(!all.includes(form), form);
    assert.match(words?.tail ?? "", /not a secret/);
    assert.ok(stdout.includes("x".repeat(20000)) && stdout.includes("y".repeat(20000)), "nothing else is lost");
  }));

test("wherever the pieces of a secret are cut, it is blanked", () => {
  const secret = "0123456789";
  const text = `${"a".repeat(100)}${secret}${"b".repeat(100)}${secret}\n${secret}`;
  for (let size = 1; size < text.length; size++) {
    const output = createOutput(blanker([secret]));
    let shown = "";
    const { take, end } = output.stream((part) => {
      shown += part;
    });
    for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
    end();
    assert.equal(shown, text.replaceAll(secret, "***"), `pieces of ${size}`);
    assert.equal(output.tail(), shown);
  }
});

test("a log that does not end is cut, and its end is shown", () => {
  const output = createOutput(blanker([]), 1000);
  let shown = "";
  const { take, end } = output.stream((part) => {
    shown += part;
  });
  for (let line = 0; line < 10_000; line++) take(`line ${line}\n`);
  end();
  assert.ok(shown.length < 20_000, `${shown.length} characters`);
  assert.match(
    shown,
    /^line 0\n[\s\S]*knots: the log has 10\d\d characters; what follows is left out[\s\S]*line 9999\n/,
  );
});

test("what programs say is sorted into reasons", () => {
  const rows: readonly (readonly [
    string,
    (ended: { code: number; output: string }) => { reason?: string },
    number,
    string,
  ])[] = [
    ["RepositoryDenied", cloneFailure, 128, "fatal: Authentication failed for 'https://x/'"],
    ["RepositoryUnreachable", cloneFailure, 128, "fatal: unable to access: Could not resolve host: x"],
    ["CommitNotFound", cloneFailure, 128, "fatal: remote error: upload-pack: not our ref d00d"],
    ["StorageExceeded", cloneFailure, 128, "fatal: write error: No space left on device"],
    ["CloneFailed", cloneFailure, 1, "segmentation fault"],
    ["NpmRegistryUnreachable", installFailure, 1, "npm error code ENOTFOUND"],
    ["PackageNotFound", installFailure, 1, "npm error code E404"],
    ["PackageNotFound", installFailure, 1, "npm error code ETARGET"],
    ["StorageExceeded", installFailure, 1, "npm error code ENOSPC"],
    ["OutOfMemory", installFailure, 137, ""],
    ["InstallFailed", installFailure, 1, "node-gyp failed"],
    ["OutOfMemory", buildFailure, 134, "FATAL ERROR: Reached heap limit - JavaScript heap out of memory"],
    ["BuildScriptFailed", buildFailure, 2, "error TS2322"],
  ];
  for (const [reason, sort, code, output] of rows) assert.equal(sort({ code, output }).reason, reason, output);
});

test("what is run follows from the files", () => {
  const text = JSON.stringify({ scripts: { build: "vite build" } });
  assert.deepEqual(workOf(undefined, false, undefined), {});
  assert.deepEqual(workOf("{}", false, undefined), { install: ["install", "--include=dev"] });
  assert.deepEqual(workOf(text, true, undefined), { install: ["ci", "--include=dev"], build: ["npm", "run", "build"] });
  assert.deepEqual(workOf(text, true, "make"), { install: ["ci", "--include=dev"], build: ["sh", "-c", "make"] });
});

test("last words fit into what the kubelet reads, whatever they are", () => {
  for (const tail of ["", "short", '"\\\n'.repeat(3000), "语".repeat(5000)]) {
    const text = fitted({ reason: "InstallFailed", values: { code: "1" }, tail });
    assert.ok(Buffer.byteLength(text) <= 4096);
    const read = readReport(text);
    assert.equal(read.reason, "InstallFailed");
    assert.ok(tail.endsWith(read.tail ?? ""), "the end is kept");
  }
});

test("git's configuration quotes what it is given", () => {
  const text = gitConfig({ authorization: 'Basic "x\\', ca: "/a b" });
  assert.match(text, /extraHeader = "Authorization: Basic \\"x\\\\"\n/);
  assert.match(text, /sslCAInfo = "\/a b"/);
});
