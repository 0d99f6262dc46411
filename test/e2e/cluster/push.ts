// Pushes the example site, changed, with the real git.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@knots/host";
import { kts } from "./kts.ts";

const EXAMPLE = new URL("../../../examples/hello", import.meta.url).pathname;

/** Pushes the example as `change` leaves it in its folder; answers what git said. */
export async function pushExample(
  { dataDir, site }: { readonly dataDir: string; readonly site: string },
  change: (work: string) => void,
): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), "knots-push-"));
  try {
    cpSync(EXAMPLE, work, { recursive: true });
    change(work);
    const token = (await kts("site", "token", site, "--data-dir", dataDir)).out.trim();
    const env = {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraHeader",
      GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
      GIT_SSL_CAINFO: join(dataDir, "pki", "ca.crt"),
    };
    const git = (...args: readonly string[]) =>
      run(["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", ...args], { cwd: work, env });
    await git("init", "--quiet", "--initial-branch", "main");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "change");
    return (await git("push", "--force", `https://127.0.0.1:6481/git/default/${site}.git`, "main")).stderr;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
