// One request of git while it runs: its streams, its process, and the ends that it can come to.
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Logger } from "@knots/std";
import type { GitLimits } from "./limits.ts";
import type { RunningGit } from "./program.node.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: GitLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds in which git may end by itself when its input is gone. */
const PATIENCE = 5000;

/** Ends git when the client is gone too early, falls silent, or time is up. Dispose it when git has ended. */
export function guard(
  { request, response, limits, clock }: Exchange,
  git: RunningGit,
): Disposable & { keepAfterBody(): void } {
  let needed = true;
  const end = (): void => {
    git.hangUp();
    const kill = clock.setTimer(PATIENCE, () => git.kill(), { background: true });
    git.ended.catch(() => undefined).finally(() => kill.cancel());
  };
  const gone = (): void => {
    if (needed && !response.writableFinished) end();
  };
  const timer = clock.setTimer(limits.duration, () => {
    end();
    response.destroy();
  });
  response.once("close", gone);
  request.setTimeout(limits.silence, () => response.destroy());
  return {
    /** From here on the client's absence changes nothing: everything has been received. */
    keepAfterBody() {
      needed = false;
    },
    [Symbol.dispose]() {
      timer.cancel();
      response.off("close", gone);
    },
  };
}

/** Resolves at the first of these events; an error is followed by close. */
function firstOf(emitter: EventEmitter, ...names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const name of names) emitter.off(name, done);
      resolve();
    };
    for (const name of names) emitter.on(name, done);
  });
}

/** Writes and waits while the reader is slow. False when it went away. */
export async function writeAll(response: ServerResponse, bytes: Uint8Array): Promise<boolean> {
  if (bytes.length === 0) return true;
  if (response.destroyed) return false;
  if (!response.write(bytes)) await firstOf(response, "drain", "close");
  return !response.destroyed;
}

/** Gives git its input to the last byte. What git no longer wants is read and dropped, so that the client gets to hear the answer. */
export async function feed(git: RunningGit, first: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<void> {
  const { stdin } = git.child;
  const give = async (bytes: Uint8Array): Promise<void> => {
    if (stdin.destroyed || bytes.length === 0) return;
    if (!stdin.write(bytes) && !stdin.destroyed) await firstOf(stdin, "drain", "close");
  };
  await give(first);
  for await (const chunk of rest) await give(chunk);
  stdin.end();
}
