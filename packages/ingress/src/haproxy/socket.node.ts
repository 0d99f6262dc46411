// HAProxy's runtime socket: commands in, answers out.
import { connect } from "node:net";
import { realClock } from "@knots/std";

/** HAProxy refused a command, or does not answer. */
export class HaproxyError extends Error {
  override readonly name = "HaproxyError";
}

const TIMEOUT = 5000;
/** HAProxy reads at most this many bytes of a command line. */
const MAX_LINE = 15_000;

/** Sends one line and reads the answer to its end. */
export function ask(socket: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const connection = connect(socket);
    const timer = realClock.setTimer(TIMEOUT, () => connection.destroy(new HaproxyError(`no answer on ${socket}`)));
    connection.once("connect", () => connection.write(`${line}\n`));
    connection.on("data", (part: Buffer) => parts.push(part));
    connection.once("error", (cause) => reject(new HaproxyError(`${socket}: ${cause.message}`, { cause })));
    connection.once("close", () => {
      timer.cancel();
      resolve(Buffer.concat(parts).toString("utf8"));
    });
  });
}

/** How answers to accepted changes begin. */
const ACCEPTED: readonly RegExp[] = [
  /^$/,
  /^no need to change/i,
  /(changed its|changed from|port changed)/i,
  /^New empty certificate store/,
  /^Transaction (created|updated) for certificate/,
  /^Committing /,
  /^Inserting certificate/,
  /^Success!$/,
  /^Entry .* deleted in crtlist/,
  /^Certificate .* deleted!$/,
];

/** Sends changes in order, several to a line, those with a payload alone; throws with HAProxy's words when one is refused. */
export async function tell(socket: string, commands: readonly string[]): Promise<void> {
  let batch: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const answer = await ask(socket, batch.join(";"));
    const refused = answer
      .split("\n")
      .map((line) => line.trim())
      .find((line) => !ACCEPTED.some((pattern) => pattern.test(line)));
    if (refused) throw new HaproxyError(`HAProxy refused a change: ${refused}`);
    [batch, size] = [[], 0];
  };
  for (const command of commands) {
    const alone = command.includes("\n");
    if (alone || size + command.length > MAX_LINE) await flush();
    batch.push(command);
    size += command.length + 1;
    if (alone) await flush();
  }
  await flush();
}

/** Current sessions and waiting requests of every server, by `backend/server`. */
export async function serverSessions(socket: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await ask(socket, "show stat -1 4 -1"))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const fields = line.split(",");
      return [`${fields[0]}/${fields[1]}`, Number(fields[2] || 0) + Number(fields[4] || 0)] as const;
    }),
  );
}
