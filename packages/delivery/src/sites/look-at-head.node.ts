// Looks at a branch of an outside repository with `git ls-remote`; the answer says what is wrong when there is none.
import { ProgramError, tryRun } from "@knots/host";
import { type FindAddress, findAddress, type OutsideAddress } from "./outside-address.node.ts";
import type { Head } from "./poll.ts";
import type { LookAtHead, Source } from "./poll-loop.ts";

/** Milliseconds that a repository may take to answer. */
const TIMEOUT = 30_000;
const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/;

/** git's settings: the address that was checked is the one that is asked, and no redirection leads elsewhere. */
function settings({ login }: Source, place: Exclude<OutsideAddress, { readonly refusal: string }>) {
  const basic = login && Buffer.from(`${login.username}:${login.password}`).toString("base64");
  const { host, port, address } = place;
  const pinned = `${host}:${port}:${address.includes(":") ? `[${address}]` : address}`;
  return [
    ["http.followRedirects", "false"],
    ["http.curloptResolve", pinned],
    ...(basic === undefined ? [] : [["http.extraHeader", `Authorization: Basic ${basic}`]]),
  ] as const;
}

/** No prompts, no programs, no files of this machine, no configuration of this user. */
function environment(pairs: readonly (readonly string[])[]): Readonly<Record<string, string>> {
  return {
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ALLOW_PROTOCOL: "https:http",
    LC_ALL: "C",
    // In the environment, so that the login is not in the list of processes.
    GIT_CONFIG_COUNT: `${pairs.length}`,
    ...Object.fromEntries(
      pairs.flatMap(([key = "", value = ""], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";

/** The branch's line of git's answer. */
export function readHeads(stdout: string, branch: string): Head {
  for (const line of stdout.split("\n")) {
    const [, commit, ref] = LINE.exec(line) ?? [];
    if (commit !== undefined && ref === `refs/heads/${branch}`) return { found: "commit", commit };
  }
  return { found: "nothing" };
}

/** What git says of a server that sends elsewhere. */
const REDIRECTED = /\b30[12378]\b|redirect/i;

function troubleOf(stderr: string, code: number | undefined): string {
  const said = lastLine(stderr) || `git ended with exit code ${code}`;
  return REDIRECTED.test(stderr) ? `${said}: the server sends elsewhere, so use the address that it names` : said;
}

/** The port that the loop looks through. Whoever may write a site chooses the URL: `find` says where it may lead. */
export const createLookAtHead =
  (find: FindAddress): LookAtHead =>
  async (source, signal) => {
    const place = await find(source.url);
    if ("refusal" in place) return { found: "trouble", detail: place.refusal };
    const argv = ["git", "ls-remote", "--heads", "--", source.url, `refs/heads/${source.branch}`];
    try {
      const { code, stdout, stderr } = await tryRun(argv, {
        env: environment(settings(source, place)),
        timeout: TIMEOUT,
        signal,
      });
      if (code !== 0) return { found: "trouble", detail: troubleOf(stderr, code) };
      return readHeads(stdout, source.branch);
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      return {
        found: "trouble",
        detail: error.failure === "timeout" ? "no answer within 30 s" : lastLine(error.message),
      };
    }
  };

/** The look that the platform takes. */
export const lookAtHead: LookAtHead = createLookAtHead((url) => findAddress(url));
