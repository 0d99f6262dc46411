// Components of which one runs at a time, whatever number of control planes shares a store.
import { createClient, fenced, lead } from "@knots/client";
import { uuid } from "@knots/std";
import { LOOPBACK_USER } from "./identities.ts";
import type { Running, Surroundings } from "./surroundings.ts";

const NAMESPACE = "kube-system";

/**
 * Runs what `start` starts for as long as the Lease `name` is ours, with a way to the API that ends with it; then waits for the next term.
 * Upstream's names keep a component of ours and one of upstream's from running beside each other.
 */
export function startLed(name: string, surroundings: Surroundings, start: (own: Surroundings) => Running): Running {
  const { clock, random, log, transport } = surroundings;
  const stop = new AbortController();
  const identity = `${name}_${uuid(random)}`;
  const options = {
    client: createClient(transport(LOOPBACK_USER)),
    clock,
    random,
    log: log.child({ component: name }),
    signal: stop.signal,
    namespace: NAMESPACE,
    name,
    identity,
  };
  const done = lead(options, async (signal, fence) => {
    log.info("leading", { component: name, identity, term: fence.term });
    const running = start({ ...surroundings, transport: (user) => fenced(transport(user), fence) });
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await running.close();
  });
  return {
    name,
    async close() {
      stop.abort(new Error(`${name} was stopped`));
      await done;
    },
  };
}
