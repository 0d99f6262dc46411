// Tells how far a push has come while somebody waits for its page: each step of the stopwatch as it is reached.
import { Build, Release } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import { type StopwatchLine, stopwatch } from "@knots/delivery";
import { connectionOf, createHttpsTransport, readKubeconfig } from "@knots/host";
import { realClock, sleep } from "@knots/std";

/** Which push of a cluster. */
export interface Push {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly commit: string;
}

const LOOK = 200;
/** Milliseconds that a push may take, and that may pass without a word. */
const LIMIT = 180_000;
const QUIET = 10_000;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

interface Progress {
  readonly lines: readonly StopwatchLine[];
  readonly failure?: string | undefined;
}

async function progressOf(client: Client, { namespace, commit }: Push): Promise<Progress> {
  const [builds, releases] = await Promise.all([
    client.list(Build, { namespace }),
    client.list(Release, { namespace }),
  ]);
  const build = builds.items
    .filter(({ spec }) => spec.commit === commit)
    .toSorted((a, b) => b.spec.number - a.spec.number)[0];
  const release = releases.items.find(({ metadata }) => metadata.name === build?.status?.release);
  const failure = build?.status?.failure ?? release?.status?.failure;
  return { lines: build ? stopwatch(build, release, "en") : [], failure: failure?.message };
}

/** Says what is new, and now and then that it is still waiting. */
function teller(say: (line: string) => void) {
  const start = realClock.monotonic();
  const told = new Set<string>();
  let spoke = start;
  const tell = (line: string): void => {
    say(line);
    spoke = realClock.monotonic();
  };
  /** True once the last step is reached. */
  return ({ lines, failure }: Progress): boolean => {
    for (const { key, label, total = 0 } of lines.filter(({ key: step, at }) => at !== undefined && !told.has(step))) {
      told.add(key);
      tell(`    ${label.padEnd(14)} ${seconds(total)}`);
    }
    if (failure !== undefined) throw new Error(failure);
    const now = realClock.monotonic();
    if (now - start > LIMIT) throw new Error("the push was not live within three minutes; see: kts site show hello");
    if (now - spoke > QUIET) tell(`    still waiting, ${seconds(now - start)} so far`);
    return told.has("Seen");
  };
}

/** Says each step as it is reached; resolves at the last one, rejects when the push fails or three minutes are over. */
export async function follow(push: Push, say: (line: string) => void): Promise<void> {
  const config = await readKubeconfig(push.kubeconfig);
  if (!config) throw new Error(`there is no ${push.kubeconfig}`);
  const transport = createHttpsTransport(await connectionOf(config, push.kubeconfig));
  try {
    const client = createClient(transport);
    const reached = teller(say);
    while (!reached(await progressOf(client, push))) await sleep(realClock, LOOK);
  } finally {
    transport.close();
  }
}
