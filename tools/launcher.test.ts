// Tests of bin/kts in a checkout of our making, started by every Node on this machine, because an old one may be the first.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const bin = join(import.meta.dirname, "..", "bin");
const nodes = [...new Set([process.execPath, "/usr/bin/node"])].filter((path) => existsSync(path));
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function checkout(main: string, parts: { readonly modules: boolean; readonly pinned: boolean }): string {
  const top = mkdtempSync(join(tmpdir(), "launcher-"));
  folders.push(top);
  cpSync(bin, join(top, "bin"), { recursive: true });
  mkdirSync(join(top, "packages", "cli", "src"), { recursive: true });
  writeFileSync(join(top, "package.json"), `{ "type": "module" }`);
  writeFileSync(join(top, "packages", "cli", "src", "main.node.ts"), main);
  if (parts.modules) mkdirSync(join(top, "node_modules", "@knots"), { recursive: true });
  if (parts.pinned) pin(join(top, "node_modules", `node-linux-${process.arch}`));
  return top;
}

function pin(folder: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(process.execPath, join(folder, "bin", "node"));
}

/** The layout of the npm package: a bundle, no sources and no workspaces. */
function installed(main: string): string {
  const top = mkdtempSync(join(tmpdir(), "launcher-"));
  folders.push(top);
  cpSync(bin, join(top, "bin"), { recursive: true });
  mkdirSync(join(top, "dist"));
  writeFileSync(join(top, "package.json"), `{ "type": "module" }`);
  writeFileSync(join(top, "dist", "kts.js"), main);
  return top;
}

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `kts`; `onOutput` runs at the first output. */
function start(
  node: string,
  top: string,
  args: readonly string[],
  onOutput?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Outcome> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(top, "cache") };
  const child = spawn(node, [join(top, "bin", "kts"), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stdout.once("data", () => onOutput?.((signal) => child.kill(signal)));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...text })));
}

const all = { modules: true, pinned: true };

for (const node of nodes) {
  const by = node === process.execPath ? "this Node" : node;

  test(`${by}: the pinned Node gets the arguments, and its exit code comes back`, async () => {
    const main = `const [, , ...args] = process.argv; console.log(process.version, ...args); process.exitCode = args.length;`;
    const { code, stdout } = await start(node, checkout(main, all), ["get", "pods -A", "--x=1"]);
    assert.deepEqual([code, stdout], [3, `${process.version} get pods -A --x=1\n`]);
  });

  test(`${by}: a signal reaches the command once, and it may end in its own way`, async () => {
    const main = `
      let count = 0;
      const alive = setInterval(() => {}, 1000);
      process.on("SIGINT", () => { count++; setImmediate(() => { clearInterval(alive); console.log("stopped by", count); process.exitCode = 5; }); });
      console.log("up");`;
    const { code, stdout } = await start(node, checkout(main, all), [], (kill) => kill("SIGINT"));
    assert.deepEqual([code, stdout], [5, "up\nstopped by 1\n"]);
  });

  test(`${by}: a command killed by a signal looks killed`, async () => {
    const main = `console.log("up"); setInterval(() => {}, 1000);`;
    const { code, signal } = await start(node, checkout(main, all), [], (kill) => kill("SIGTERM"));
    assert.deepEqual([code, signal], [null, "SIGTERM"]);
  });

  test(`${by}: without npm packages one line names the fix`, async () => {
    const { code, stderr } = await start(node, checkout("", { modules: false, pinned: false }), []);
    assert.match(stderr, /^kts: npm packages are not installed: run "npm ci --ignore-scripts" in [^\n]+\n$/);
    assert.equal(code, 1);
  });
}

test("an old Node without the pinned one is told what to do", async (t) => {
  const old = nodes.find((node) => node !== process.execPath);
  if (old === undefined) return t.skip("no second Node on this machine");
  const { code, stdout, stderr } = await start(
    old,
    checkout("console.log('ran')", { modules: true, pinned: false }),
    [],
  );
  if (code === 0) assert.equal(stdout, "ran\n", "a new enough Node runs the command itself");
  else assert.match(stderr, /^kts: Node [\d.]+ is too old and the pinned one is missing: run "npm ci [^\n]+\n$/);
});

test("a new Node without the pinned one runs the command itself", async () => {
  const main = `console.log("ran", process.argv.slice(2).join());`;
  const { stdout } = await start(process.execPath, checkout(main, { modules: true, pinned: false }), ["a", "b"]);
  assert.equal(stdout, "ran a,b\n");
});

test("the published package runs its bundle", async () => {
  const { stdout } = await start(process.execPath, installed(`console.log("bundle", process.argv.slice(2).join());`), [
    "a",
  ]);
  assert.equal(stdout, "bundle a\n");
});

test("the published package tells an old Node how to get a new one", async (t) => {
  const old = nodes.find((node) => node !== process.execPath);
  if (old === undefined) return t.skip("no second Node on this machine");
  const { code, stdout, stderr } = await start(old, installed("console.log('ran')"), []);
  if (code === 0) assert.equal(stdout, "ran\n", "a new enough Node runs the bundle itself");
  else
    assert.match(
      stderr,
      /^kts: Node [\d.]+ is too old [^\n]+: install Node 24 or later, or run npm install without --omit=optional\n$/,
    );
});
