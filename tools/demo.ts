// `npm run demo`: a cluster, a site, a first push that is seen at its domain, and a second one under load, with the stopwatch.
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLoad } from "../testkit/load.ts";
import { follow } from "./demo/follow.ts";
import { seen } from "./demo/page.ts";

const top = new URL("..", import.meta.url).pathname;
const kts = join(top, "bin", "kts");
const site = "hello";
const { values } = parseArgs({
  options: {
    "data-dir": { type: "string", default: "/var/lib/knots" },
    "api-port": { type: "string" },
    "http-port": { type: "string", default: "80" },
    "https-port": { type: "string" },
  },
});
const dataDir = values["data-dir"];
const port = Number(values["http-port"]);
const host = "hello.localhost";

/** Runs a command, showing what it shows. */
function show(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
/** Runs a command to its end; answers its output, or throws what it said. */
function run(program: string, args: readonly string[], cwd?: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...(cwd && { cwd }), env: { ...process.env, ...env } }, (error, out, err) =>
      error ? reject(new Error(`${program} ${args.join(" ")}: ${err || out}`)) : resolve(out),
    );
  });
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function ensureCluster(): Promise<void> {
  const status = await run(kts, ["status", "--data-dir", dataDir]);
  if (/control-plane +(running|运行中)/.test(status)) return say("The cluster runs already.");
  const ports = ["api-port", "http-port", "https-port"].flatMap((name) => {
    const value = values[name as keyof typeof values];
    return value ? [`--${name}`, value] : [];
  });
  if ((await show(kts, ["up", "--detach", "--data-dir", dataDir, ...ports])) !== 0) process.exit(1);
}

async function ensureSite(): Promise<void> {
  const sites = await run(kts, ["site", "list", "--data-dir", dataDir]);
  if (new RegExp(`^${site} `, "m").test(sites)) return;
  await run(kts, ["site", "create", site, "--domain", host, "--data-dir", dataDir]);
}

/** Commits `message` in a copy of the example and pushes it; resolves when the page shows it. */
async function push(work: string, message: string): Promise<number> {
  writeFileSync(join(work, "message.txt"), `${message}\n`);
  const git = (...args: readonly string[]) =>
    run("git", ["-c", "user.name=Demo", "-c", "user.email=demo@localhost", ...args], work);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
  const token = (await run(kts, ["site", "token", site, "--data-dir", dataDir])).trim();
  const config = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
  };
  const start = performance.now();
  await run("git", ["push", "--quiet", "--force", "https://127.0.0.1:6481/git/default/hello.git", "main"], work, {
    ...config,
    GIT_SSL_CAINFO: join(dataDir, "pki", "ca.crt"),
  });
  say(`  pushed: "${message}"`);
  const commit = (await git("rev-parse", "HEAD")).trim();
  const steps = follow({ kubeconfig: join(dataDir, "kubeconfig"), namespace: "default", commit }, say);
  steps.catch(() => {});
  // Its failure is the quicker and better word for a page that does not come.
  const took = await Promise.race([
    seen({ host, port, text: message }).then(() => performance.now() - start),
    steps.then(() => new Promise<never>(() => {})),
  ]);
  await steps;
  return took;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

await ensureCluster();
await ensureSite();
const work = mkdtempSync(join(tmpdir(), "knots-demo-"));
try {
  cpSync(join(top, "examples", "hello"), work, { recursive: true });
  await run("git", ["init", "--quiet", "--initial-branch", "main"], work);
  const stamp = new Date(performance.timeOrigin + performance.now()).toISOString();
  say("First push");
  const first = await push(work, `First version, ${stamp}`);
  say(`  seen at http://${host}${port === 80 ? "" : `:${port}`}/ after ${seconds(first)}`);
  say("Second push, under 200 requests a second");
  const load = startLoad({ host, port, perSecond: 200 });
  const second = await push(work, `Second version, ${stamp}`);
  const { sent, failures } = await load.stop();
  say(
    `  seen after ${seconds(second)}; ${sent} requests, ${failures.length} failed${failures.length > 0 ? `: ${failures.slice(0, 3).join("; ")}` : ""}`,
  );
  say("");
  await show(kts, ["site", "show", site, "--data-dir", dataDir]);
  say("");
  say(`Page         http://${host}${port === 80 ? "" : `:${port}`}/`);
  say(`kubeconfig   ${join(dataDir, "kubeconfig")}`);
  say(`Stop with    npm run down${dataDir === "/var/lib/knots" ? "" : ` -- --data-dir ${dataDir}`}`);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
