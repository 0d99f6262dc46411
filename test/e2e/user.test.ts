// Who runs kts, and on what machine: a user without root gets a simulated cluster, and what cannot be says so in one line.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, chown, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { commandLine, listPids } from "@knots/host";
import { freePort, type Result } from "../../testkit/kts.ts";
import { runInMachine } from "../../testkit/machine/machine.node.ts";

const NOBODY = 65_534;
const KTS = new URL("../../bin/kts", import.meta.url).pathname;
const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

function call(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000, cwd: "/", env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

const needsRoot = process.getuid?.() === 0 ? false : "needs root, to become somebody else";

describe("a user without root", { skip: needsRoot }, () => {
  let home = "";
  let folder = "";
  let port = 0;
  /** Runs kts as nobody, with nothing in the environment but what everybody has. */
  const kts = (...args: readonly string[]): Promise<Result> =>
    call([...asNobody, KTS, ...args], { PATH: "/usr/bin:/bin", HOME: home, LC_ALL: "C.UTF-8" });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "knots-user-"));
    home = join(folder, "home");
    await mkdir(home);
    await chown(folder, NOBODY, NOBODY);
    await chown(home, NOBODY, NOBODY);
    port = await freePort();
  });
  after(async () => {
    await kts("down", "--purge");
    await rm(folder, { recursive: true, force: true });
  });

  test("gets a simulated cluster in the home folder, and nobody is asked for root", async () => {
    const { code, out, err } = await kts("up", "--detach", "--runtime", "simulated", "--api-port", String(port));
    assert.equal(code, 0, err);
    assert.match(err, /3 of 3 ready/);
    assert.match(out, new RegExp(`kubeconfig +${home}/\\.local/share/knots/kubeconfig`));
    assert.match((await kts("status")).out, /^control-plane +running/m);
    assert.match((await kts("site", "list")).out, /There are no sites/);
    assert.equal((await kts("down")).code, 0);
    const again = await kts("up", "--detach", "--runtime", "simulated", "--api-port", String(port));
    assert.equal(again.code, 0, again.err);
    assert.match((await kts("down", "--purge")).out, /The cluster and its data are gone/);
    assert.deepEqual(await readdir(join(home, ".local", "share")), []);
    const left = (await Promise.all((await listPids()).map(commandLine))).filter((argv) =>
      argv.join(" ").includes(home),
    );
    assert.deepEqual(left, []);
  });

  test("is told in one line what cannot be, with the way out, and nothing is begun", async () => {
    const theirs = join(folder, "theirs");
    await mkdir(theirs, { mode: 0o700 });
    const file = join(folder, "file");
    await writeFile(file, "");
    const simulated = ["up", "--runtime", "simulated", "--api-port", String(port)];
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [["up"], /^kts: Real containers need root\. Run this as root, or add --runtime simulated\.\n$/],
      [[...simulated, "--data-dir", theirs], /^kts: You may not use \S+theirs\S*\. Run this as .*--data-dir\.\n$/],
      [[...simulated, "--data-dir", join(theirs, "in")], /^kts: You may not use \S+theirs\/in\. .*--data-dir\.\n$/],
      [[...simulated, "--data-dir", join(file, "in")], /^kts: \S+file\/in cannot be made: .*--data-dir\.\n$/],
      ...["status", "down", "kubeconfig", "site list", "logs node"].map(
        (command) =>
          [[...command.split(" "), "--data-dir", theirs], /^kts: You may not use \S+theirs\S*\. .*\n$/] as const,
      ),
    ];
    for (const [args, expected] of rows) {
      const { code, out, err } = await kts(...args);
      assert.deepEqual([code, out], [1, ""], `${args.join(" ")}: ${out}`);
      assert.match(err, expected, args.join(" "));
    }
    assert.deepEqual(await readdir(theirs), []);
    await assert.rejects(access(join(home, ".local/share/knots/store")));
  });
});

test("root without sbin in the PATH, as by su, lacks nothing", { skip: needsRoot }, async () => {
  // The first step needs all of them; the machine ends in the middle of the next one.
  const script = `PATH=/usr/bin:/bin ${KTS} up --data-dir /run/data >/run/said 2>&1 &
    until grep -q "pod network" /run/said; do sleep 0.1; done; cat /run/said`;
  const { output } = await runInMachine(["sh", "-c", script], { env: { LC_ALL: "C.UTF-8" } });
  assert.match(output, /✓ Putting up the pod network/);
});

test("programs that are missing are named with the command that installs them, and nothing is begun", {
  skip: needsRoot,
}, async () => {
  // An empty file that is no program hides the real one.
  const script = `for program in nft conntrack; do mount --bind /dev/null "$(command -v $program)"; done
    ${KTS} up --data-dir /run/data; echo "code $?"; ls -A /run/data; ls /run/netns; pgrep -f "[m]ain.node.ts"`;
  const { output } = await runInMachine(["sh", "-c", script], { env: { LC_ALL: "C.UTF-8" } });
  assert.equal(
    output,
    "kts: These programs are missing: nft, conntrack. Install them with: apt-get install -y nftables conntrack\ncode 1\n",
  );
});
