// The bare repositories of sites on disk: made when first needed, asked for commits and branches, cleaned and removed.
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, isMissing } from "@knots/host";
import { type Random, uuid } from "@knots/std";
import type { SiteKey } from "../access/access.ts";
import { askGit, startGit } from "./program.node.ts";

/** A commit as a build names it. */
export interface CommitInfo {
  readonly hash: string;
  /** First line of its message, at most 1024 characters. */
  readonly subject: string;
  readonly author: string;
}

export interface Repositories {
  /** Folder of a site's repository, made if there is none, with `branch` as what a clone checks out. */
  ensure(site: SiteKey, branch: string): Promise<string>;
  /** Bytes that its objects take. */
  size(site: SiteKey): Promise<number>;
  /** Names of references and their objects. */
  references(site: SiteKey): Promise<ReadonlyMap<string, string>>;
  /** Newest commit of a branch; undefined when there is no such branch or repository. */
  head(site: SiteKey, branch: string): Promise<string | undefined>;
  /** Undefined when the repository has no such commit. */
  commit(site: SiteKey, hash: string): Promise<CommitInfo | undefined>;
  /** Packs loose objects when there are many, drops those that have been unused for two weeks. */
  maintain(site: SiteKey): Promise<void>;
  /** Removes a site's repository; no trace is an answer too. */
  remove(site: SiteKey): Promise<void>;
  /** Removes what earlier processes left unfinished. Call before the first request. */
  sweep(): Promise<void>;
}

/** `folder` holds `<namespace>/<site>.git`. */
export function openRepositories(folder: string, random: Random): Repositories {
  const place: Place = ({ namespace, name }) => join(folder, namespace, `${name}.git`);
  return {
    ...questions(place),
    async ensure(site, branch) {
      const path = place(site);
      const head = await textOf(join(path, "HEAD"));
      if (head === undefined) await create(path, branch, `${path}.${uuid(random)}.new`);
      else if (head !== `ref: refs/heads/${branch}\n`) await ask(path, "symbolic-ref", "HEAD", `refs/heads/${branch}`);
      return path;
    },
    async maintain(site) {
      await ask(place(site), "gc", "--auto", "--quiet");
    },
    async remove(site) {
      const gone = `${place(site)}.${uuid(random)}.gone`;
      try {
        await rename(place(site), gone);
      } catch (error) {
        if (isMissing(error)) return;
        throw error;
      }
      await rm(gone, { recursive: true, force: true });
    },
    sweep: () => sweep(folder),
  };
}

type Place = (site: SiteKey) => string;

function ask(repository: string, ...args: readonly string[]): Promise<string | undefined> {
  return askGit(["--git-dir", repository, ...args], { repository });
}

function questions(place: Place): Pick<Repositories, "size" | "references" | "head" | "commit"> {
  return {
    async size(site) {
      const text = (await ask(place(site), "count-objects", "-v")) ?? "";
      const lines = [...text.matchAll(/^(?:size|size-pack|size-garbage): (\d+)$/gm)];
      return lines.reduce((sum, [, kib]) => sum + Number(kib), 0) * 1024;
    },
    async references(site) {
      const text = (await ask(place(site), "for-each-ref", "--format=%(objectname) %(refname)")) ?? "";
      const lines = [...text.matchAll(/^(\S+) (.+)$/gm)];
      return new Map(lines.map(([, hash = "", ref = ""]) => [ref, hash]));
    },
    async head(site, branch) {
      const name = `refs/heads/${branch}^{commit}`;
      return (await ask(place(site), "rev-parse", "--quiet", "--verify", "--end-of-options", name))?.trim();
    },
    async commit(site, hash) {
      const format = ["--no-patch", "--format=%H%n%an%n%s"];
      const text = await ask(place(site), "show", ...format, "--end-of-options", `${hash}^{commit}`);
      const [full = "", author = "", subject = ""] = text?.split("\n") ?? [];
      return text === undefined ? undefined : { hash: full, author, subject: subject.slice(0, 1024) };
    },
  };
}

/** Complete before it has its name, whoever else makes it at the same time. */
async function create(path: string, branch: string, fresh: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const git = startGit(["init", "--bare", "--quiet", "--template=", `--initial-branch=${branch}`, "--", fresh], {});
  git.child.stdin.end();
  const code = await git.ended;
  try {
    if (code !== 0) throw new Error(`git could not make a repository for ${branch} at ${path}: ${git.errors()}`);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}

async function sweep(folder: string): Promise<void> {
  for (const namespace of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, namespace))) {
      const path = join(folder, namespace, name);
      if (/\.(new|gone)$/.test(name)) await rm(path, { recursive: true, force: true });
      else await sweepObjects(join(path, "objects"));
    }
  }
}

/** Objects of pushes whose receiver was killed: they were never part of the repository. */
async function sweepObjects(objects: string): Promise<void> {
  for (const name of await namesIn(objects)) {
    if (/^(tmp_objdir-)?incoming-/.test(name) || name.startsWith("tmp_objdir")) {
      await rm(join(objects, name), { recursive: true, force: true });
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await stat(folder)).isDirectory() ? await readdir(folder) : [];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
