// First step of a build: fetches exactly one commit, with its login in a file that no other step sees.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Ended, failing, isDiskFull, lastLines, print, runProgram, type Words } from "./program.node.ts";

/** What git is to know besides its arguments. */
export interface GitLogin {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** Path of the authorities that the server is checked with. */
  readonly ca?: string;
}

/** git's configuration; values are quoted as git wants it. */
export function gitConfig({ authorization, ca }: GitLogin): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "")}"`;
  return [
    "[core]\n\thooksPath = /dev/null",
    "[protocol]\n\tversion = 2",
    "[advice]\n\tdetachedHead = false",
    "[init]\n\tdefaultBranch = main",
    ...(authorization === undefined && ca === undefined ? [] : ["[http]"]),
    ...(authorization === undefined ? [] : [`\textraHeader = ${quoted(`Authorization: ${authorization}`)}`]),
    ...(ca === undefined ? [] : [`\tsslCAInfo = ${quoted(ca)}`]),
    "",
  ].join("\n");
}

/** What git says, most telling first. */
const SAYINGS: readonly (readonly [reason: string, words: RegExp])[] = [
  ["CommitNotFound", /not our ref|unadvertised object|couldn't find remote ref|bad object|reference is not a tree/i],
  ["RepositoryDenied", /Authentication failed|could not read Username|\b40[13]\b|Permission denied|access denied/i],
  ["RepositoryDenied", /repository .*not found|does not appear to be a git repository/i],
  ["RepositoryUnreachable", /Could not resolve host|Failed to connect|Connection (refused|timed out|reset)/i],
  ["RepositoryUnreachable", /unable to access|timed out|SSL/i],
];

/** Why git failed, by what it said. */
export function cloneFailure({ code, output }: Ended): Words {
  const said = SAYINGS.find(([, words]) => words.test(output))?.[0] ?? "CloneFailed";
  const reason = isDiskFull(output) ? "StorageExceeded" : said;
  return { reason, values: { code: `${code}` }, tail: lastLines(output) };
}

interface Login {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** Texts that no log may show. */
  readonly secrets: readonly string[];
}

/** The header for a token of ours, or for the user name and password of an outside repository. */
function loginOf(token: string | undefined, login: string | undefined): Login {
  if (token !== undefined) {
    const secret = readFileSync(token, "utf8").trim();
    return { authorization: `Bearer ${secret}`, secrets: [secret] };
  }
  // Without a login the repository itself says that one is needed.
  if (login === undefined || !existsSync(join(login, "password"))) return { secrets: [] };
  const part = (name: string): string => {
    const path = join(login, name);
    return existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  };
  const password = part("password");
  const pair = Buffer.from(`${part("username")}:${password}`).toString("base64");
  return { authorization: `Basic ${pair}`, secrets: [password, pair] };
}

/** What is fetched, and where to. */
interface Wanted {
  readonly url: string;
  readonly commit: string;
  readonly branch: string | undefined;
  readonly into: string;
}

async function clone({ url, commit, branch, into }: Wanted, secrets: readonly string[]): Promise<Ended> {
  mkdirSync(into, { recursive: true });
  const git = (...args: readonly string[]): Promise<Ended> => runProgram("git", args, into, secrets);
  const begun = await git("init", "--quiet", ".");
  if (begun.code !== 0) return begun;
  const one = await git("fetch", "--quiet", "--depth=1", "--no-tags", "--", url, commit);
  // Servers need not serve a commit by its hash; then the branch is fetched with its history.
  const whole = one.code !== 0 && branch !== undefined && cloneFailure(one).reason === "CommitNotFound";
  const fetched = whole ? await git("fetch", "--quiet", "--no-tags", "--", url, `refs/heads/${branch}`) : one;
  if (fetched.code !== 0) return fetched;
  return git("checkout", "--quiet", "--force", "--detach", commit);
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const options = {
    url: text,
    commit: text,
    branch: text,
    into: text,
    token: text,
    login: text,
    ca: text,
    report: text,
  };
  const { url = "", commit = "", branch, into = "", token, login, ca, report } = parseArgs({ options }).values;
  const { authorization, secrets } = loginOf(token, login);
  const config = gitConfig({ ...(authorization !== undefined && { authorization }), ...(ca !== undefined && { ca }) });
  writeFileSync(join(homedir(), ".gitconfig"), config, { mode: 0o600 });
  const ended = await clone({ url, commit, branch, into }, secrets);
  if (ended.code !== 0) failing(report)(cloneFailure(ended));
  print(`commit ${commit} is checked out`);
}

if (import.meta.main) await main();
