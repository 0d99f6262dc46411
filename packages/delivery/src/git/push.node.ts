// Receives a push: commands are checked, git takes the pack, what took effect is told to the platform and the pusher.
import type { SiteKey } from "../access/access.ts";
import { type Exchange, feed, guard, writeAll } from "./exchange.node.ts";
import { bytesText } from "./limits.ts";
import { FLUSH } from "./pkt-line.ts";
import { startGit } from "./program.node.ts";
import { isZero, type PushCommands, parseCommands, type RefUpdate, refusedUpdates } from "./push-commands.ts";
import { accepted, parseReport, type Refusal, refusalAnswer, userLine, usesSideBand } from "./push-report.ts";
import { type AnswerReader, answerReader } from "./receive-answer.ts";
import type { Repositories } from "./repositories.node.ts";
import { requestBody } from "./request-body.node.ts";

/** One reference that a push has changed. */
export interface PushedRef extends SiteKey, RefUpdate {
  /** Milliseconds since the epoch at which the push came in. */
  readonly at: number;
  readonly user: string;
}

/** Told after the change is in the repository; the lines are shown to the pusher. A rejection is shown too, and the push stays. */
export type OnPush = (pushed: PushedRef) => Promise<readonly string[]>;

export interface Push {
  readonly site: SiteKey;
  readonly repository: string;
  readonly repositories: Repositories;
  readonly user: string;
  readonly onPush: OnPush;
}

/** Bytes that a command list may have. */
const COMMAND_BYTES = 1024 * 1024;
/** How much more than allowed is read and dropped, so that a client gets to hear why it is refused. */
const DROPPED = 4;

/** Answers a push. Rejects on what git would not send; nothing is changed then. */
export async function servePush(exchange: Exchange, push: Push): Promise<void> {
  const { request, response, limits, clock } = exchange;
  const at = clock.now();
  const body = requestBody(request, limits.pushBytes * DROPPED + COMMAND_BYTES);
  const { head, commands } = await readCommands(body);
  response.writeHead(200, { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" });
  if (commands.updates.length === 0) return void response.end();
  const room = limits.repositoryBytes - (await push.repositories.size(push.site));
  const refusal = refusalOf(exchange, commands, room);
  if (refusal) {
    for await (const _dropped of body);
    return void response.end(refusalAnswer(commands, refusal));
  }
  const maximum = Math.min(limits.pushBytes, room);
  const reader = await receive(exchange, push, { head, body, commands, maximum });
  const effective = await effectOf(push, commands, reader);
  const lines = [...sizeLines(reader, maximum), ...(await tell(push, effective, at))];
  const banded = usesSideBand(commands.capabilities);
  if (banded) for (const line of lines) await writeAll(response, userLine(line));
  await writeAll(response, reader.held);
  response.end(banded ? FLUSH : undefined);
}

async function readCommands(body: AsyncGenerator<Buffer>): Promise<{ head: Buffer; commands: PushCommands }> {
  let head = Buffer.alloc(0);
  for (;;) {
    const commands = parseCommands(head);
    if (commands) return { head, commands };
    // Not for-await: leaving that would end the body, and the pack is still in it.
    const next = await body.next();
    if (next.done || head.length > COMMAND_BYTES) throw new Error("the push has no proper list of commands");
    head = Buffer.concat([head, next.value]);
  }
}

function refusalOf({ limits }: Exchange, commands: PushCommands, room: number): Refusal | undefined {
  const reasons = refusedUpdates(commands.updates, limits.updates);
  const other = "refused together with others";
  if (reasons.size > 0) return { lines: [], reasons, other };
  const deletesOnly = commands.updates.every(({ after }) => isZero(after));
  if (room > 0 || deletesOnly) return undefined;
  const line = `The repository has reached ${bytesText(limits.repositoryBytes)}: delete branches and tags, or make large files no part of it.`;
  return { lines: [line], reasons, other: "repository is full" };
}

interface Incoming {
  readonly head: Uint8Array;
  readonly body: AsyncIterable<Uint8Array>;
  readonly commands: PushCommands;
  /** Bytes that the pack may have. */
  readonly maximum: number;
}

/** Runs receive-pack to its end. What is for the user goes out at once. */
async function receive(exchange: Exchange, push: Push, incoming: Incoming): Promise<AnswerReader> {
  const { repository } = push;
  const settings = { "receive.maxInputSize": `${Math.max(1, incoming.maximum)}` };
  const git = startGit(["receive-pack", "--stateless-rpc", repository], { repository, settings });
  using guarded = guard(exchange, git);
  const fed = feed(git, incoming.head, incoming.body).then(
    () => guarded.keepAfterBody(),
    () => git.hangUp(),
  );
  const reader = answerReader(usesSideBand(incoming.commands.capabilities));
  for await (const chunk of git.child.stdout as AsyncIterable<Buffer>) {
    await writeAll(exchange.response, reader.take(chunk));
  }
  const code = await git.ended;
  await fed;
  if (code !== 0) exchange.log.warn("git ended early", { code, said: git.errors() });
  return reader;
}

/** What changed: by the report, or by looking when git was cut short and gave none. */
async function effectOf(push: Push, { updates }: PushCommands, reader: AnswerReader): Promise<RefUpdate[]> {
  const report = parseReport(reader.report);
  if (report) return accepted(updates, report);
  const now = await push.repositories.references(push.site);
  return updates.filter(({ ref, before, after }) => {
    const current = now.get(ref);
    return before !== after && (isZero(after) ? current === undefined : current === after);
  });
}

/** git says that a pack is too large, but not what to do. */
function sizeLines(reader: AnswerReader, maximum: number): string[] {
  const failed = parseReport(reader.report)?.unpack !== "ok";
  if (!(failed && reader.tooLarge)) return [];
  return [`A push may have at most ${bytesText(maximum)}: keep large files out of the repository, or push in parts.`];
}

async function tell({ site, user, onPush }: Push, updates: readonly RefUpdate[], at: number): Promise<string[]> {
  const lines: string[] = [];
  for (const update of updates) {
    try {
      lines.push(...(await onPush({ ...site, ...update, at, user })));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      lines.push(`The push is stored, but nothing was started for ${update.ref}: ${why}`);
    }
  }
  return lines;
}
