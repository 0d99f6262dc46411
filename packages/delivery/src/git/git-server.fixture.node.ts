// For tests: the git server on loopback with made-up users, and a working copy that pushes to it with the real git.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Site } from "@knots/api";
import { type Client, createClient, createFakeApi } from "@knots/client";
import { createAuthority, type RunResult, tryRun } from "@knots/host";
import { platformRandom, realClock, silentLogger } from "@knots/std";
import type { Access } from "../access/access.ts";
import { type ScopedTokens, scopedTokens } from "../access/scoped-tokens.node.ts";
import { openDoor } from "../http/server.node.ts";
import { gitRoute } from "./handler.node.ts";
import type { GitLimits } from "./limits.ts";
import type { OnPush, PushedRef } from "./push.node.ts";
import { openRepositories, type Repositories } from "./repositories.node.ts";

export interface GitLab {
  readonly folder: string;
  readonly port: number;
  readonly pushes: PushedRef[];
  readonly repositories: Repositories;
  readonly tokens: ScopedTokens;
  readonly client: Client;
  /** Address of a site with a token in it. */
  url(token: string, site?: string): string;
  /** Runs git, in the working copy unless told otherwise; nothing asks for input. */
  git(args: readonly string[], cwd?: string): Promise<RunResult>;
  /** Writes a file, commits it and answers the commit. */
  commit(path: string, content: string | Uint8Array, message?: string): Promise<string>;
}

const verbs: Readonly<Record<string, readonly string[]>> = { writer: ["get", "push"], reader: ["get"], stranger: [] };

/** Tokens are user names; writer may push, reader may fetch, stranger nothing. */
const access: Access = {
  authenticate: (token) => Promise.resolve(token in verbs ? { username: token } : undefined),
  may: ({ username }, verb) => Promise.resolve(verbs[username]?.includes(verb) ?? false),
};

const environment = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };

export interface LabOptions {
  /** Done whenever a repository has been made ready for a request. */
  readonly ensured?: () => Promise<void>;
  readonly limits?: Partial<GitLimits>;
  readonly onPush?: OnPush;
}

/** Sites `hello` and `other` (built from elsewhere) in namespace `team`; everything ends with the test. */
export async function gitLab(t: TestContext, options: LabOptions = {}): Promise<GitLab> {
  const folder = await mkdtemp(join(tmpdir(), "knots-git-"));
  const client = createClient(createFakeApi({ kinds: [Site], clock: realClock }).transport);
  await client.create(Site, { metadata: { name: "hello", namespace: "team" }, spec: { domains: ["hello.localhost"] } });
  const elsewhere = { domains: ["other.localhost"], repository: { url: "https://example.com/a.git" } };
  await client.create(Site, { metadata: { name: "other", namespace: "team" }, spec: elsewhere });
  const pushes: PushedRef[] = [];
  const repositories = openRepositories(join(folder, "git"), platformRandom);
  const watched: Repositories = {
    ...repositories,
    async ensure(...args) {
      const path = await repositories.ensure(...args);
      await options.ensured?.();
      return path;
    },
  };
  const tokens = scopedTokens(await createAuthority("test", realClock.now()), realClock, platformRandom);
  const onPush: OnPush = async (pushed) => {
    pushes.push(pushed);
    return (await options.onPush?.(pushed)) ?? [];
  };
  const common = { clock: realClock, log: silentLogger };
  const { limits = {} } = options;
  const route = gitRoute({ ...common, client, access, tokens, repositories: watched, onPush, limits });
  const door = await openDoor({ ...common, addresses: ["127.0.0.1"], port: 0, routes: [route] });
  t.after(async () => {
    await door.close();
    await rm(folder, { recursive: true, force: true });
  });
  return await workingCopy({ folder, port: door.port, pushes, repositories, tokens, client });
}

async function workingCopy(lab: Omit<GitLab, "url" | "git" | "commit">): Promise<GitLab> {
  const work = join(lab.folder, "work");
  const git: GitLab["git"] = (args, cwd = work) => tryRun(["git", ...args], { cwd, env: environment });
  await git(["init", "--quiet", "--initial-branch=main", work], lab.folder);
  await git(["config", "user.name", "Ann"]);
  await git(["config", "user.email", "ann@example.com"]);
  return {
    ...lab,
    url: (token, site = "hello") => `http://any:${token}@127.0.0.1:${lab.port}/git/team/${site}.git`,
    git,
    async commit(path, content, message = `change ${path}`) {
      await writeFile(join(work, path), content);
      await git(["add", "--", path]);
      await git(["commit", "--quiet", "--message", message]);
      return (await git(["rev-parse", "HEAD"])).stdout.trim();
    },
  };
}
