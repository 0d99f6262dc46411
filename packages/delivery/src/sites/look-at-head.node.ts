// Looks at a branch of an outside repository with `git ls-remote`; the answer says what is wrong when there is none.
import { ProgramError, tryRun } from "@knots/host";
import type { Head } from "./poll.ts";
import type { LookAtHead, Source } from "./poll-loop.ts";

/** Milliseconds that a repository may take to answer. */
const TIMEOUT = 30_000;
const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/;

/** No prompts, no programs, no files of this machine, no configuration of this user. */
function environment({ login }: Source): Readonly<Record<string, string>> {
  const basic = login && Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return {
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ALLOW_PROTOCOL: "https:http:ssh",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oConnectTimeout=10",
    LC_ALL: "C",
    // In the environment, so that the login is not in the list of processes.
    ...(basic !== undefined && {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraHeader",
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    }),
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

/** The port that the loop looks through. */
export const lookAtHead: LookAtHead = async (source, signal) => {
  const argv = ["git", "ls-remote", "--heads", "--", source.url, `refs/heads/${source.branch}`];
  try {
    const { code, stdout, stderr } = await tryRun(argv, { env: environment(source), timeout: TIMEOUT, signal });
    if (code !== 0) return { found: "trouble", detail: lastLine(stderr) || `git ended with exit code ${code}` };
    return readHeads(stdout, source.branch);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return {
      found: "trouble",
      detail: error.failure === "timeout" ? "no answer within 30 s" : lastLine(error.message),
    };
  }
};
