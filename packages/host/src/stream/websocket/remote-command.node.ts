// A command's streams between a client's WebSocket and a SPDY connection: input, output, window size, final status.
import type { Duplex } from "node:stream";
import { failure, type Status } from "@knots/machinery";
import type { WebSocket } from "ws";
import type { SpdyConnection } from "../spdy/connection.node.ts";
import { closeNormally, send } from "./accept.node.ts";
import { CHANNEL, type ChannelProtocol, decodeMessage, encodeMessage } from "./protocols.ts";

/** Which streams the command has. With a terminal, stderr is part of stdout. */
export interface CommandStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface CommandBridge {
  readonly ws: WebSocket;
  readonly protocol: ChannelProtocol;
  readonly connection: SpdyConnection;
  readonly streams: CommandStreams;
}

type StreamName = "stdin" | "stdout" | "stderr" | "error" | "resize";

/** Bytes of a final status; more is cut, and then told as it is. */
const MAX_STATUS = 1024 * 1024;

function wantedStreams({ stdin, stdout, stderr, tty }: CommandStreams): readonly StreamName[] {
  const all: readonly (readonly [StreamName, boolean])[] = [
    ["error", true],
    ["stdin", stdin],
    ["stdout", stdout],
    ["stderr", stderr && !tty],
    ["resize", tty],
  ];
  return all.filter(([, wanted]) => wanted).map(([name]) => name);
}

/** Serves the command until it ends or either side is gone; then both are closed. Never rejects. */
export async function bridgeCommand(bridge: CommandBridge): Promise<void> {
  const { ws, connection, streams } = bridge;
  const gone = new Promise<void>((resolve) => ws.once("close", () => resolve()));
  const opened = new Map<StreamName, Duplex>();
  // The client may send at once: what it sends waits until there is somewhere to put it.
  ws.pause();
  try {
    for (const name of wantedStreams(streams)) {
      const opening = connection.open({ streamType: name });
      const stream = await Promise.race([opening, gone]);
      if (!stream) return;
      opened.set(name, stream);
    }
    receive(bridge, opened);
    ws.resume();
    await Promise.race([deliver(bridge, opened), gone]);
  } catch (error) {
    await finish(bridge, brokenStatus(error));
  } finally {
    connection.close();
    closeNormally(ws);
    for (const stream of opened.values()) stream.destroy();
  }
}

/** The client's messages: input, sizes of its window, and the end of its input. */
function receive({ ws, protocol }: CommandBridge, opened: ReadonlyMap<StreamName, Duplex>): void {
  const targets = new Map<number, Duplex | undefined>([
    [CHANNEL.stdin, opened.get("stdin")],
    [CHANNEL.resize, opened.get("resize")],
  ]);
  ws.on("message", (raw: Buffer) => {
    const message = decodeMessage(protocol, raw);
    if (!message) return;
    const { channel, data } = message;
    if (protocol.closes && channel === CHANNEL.close) {
      targets.get(data[0] ?? -1)?.end();
      return;
    }
    const target = targets.get(channel);
    if (!target || data.length === 0 || target.writableEnded || target.destroyed) return;
    if (target.write(data)) return;
    ws.pause();
    target.once("drain", () => ws.resume());
  });
  // A stream that is closed never drains.
  for (const target of targets.values()) target?.once("close", () => ws.resume());
}

/** Everything that comes from the command, and at last its status. */
async function deliver(bridge: CommandBridge, opened: ReadonlyMap<StreamName, Duplex>): Promise<void> {
  const { ws, protocol } = bridge;
  const [stdout, stderr] = [opened.get("stdout"), opened.get("stderr")];
  const first = stdout ? CHANNEL.stdout : stderr ? CHANNEL.stderr : CHANNEL.error;
  // Upstream tells clients by an empty message that the command's streams are there.
  await send(ws, encodeMessage(protocol, { channel: first, data: Buffer.alloc(0) }));
  const copy = async (stream: Duplex | undefined, channel: number): Promise<void> => {
    if (!stream) return;
    for await (const data of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
      await send(ws, encodeMessage(protocol, { channel, data }));
  };
  const [text] = await Promise.all([
    statusText(opened.get("error")),
    copy(stdout, CHANNEL.stdout),
    copy(stderr, CHANNEL.stderr),
  ]);
  await finish(bridge, text);
}

async function statusText(stream: Duplex | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const data of (stream?.iterator({ destroyOnReturn: false }) ?? []) as AsyncIterable<Buffer>) {
    size += data.length;
    if (size <= MAX_STATUS) chunks.push(data);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? brokenStatus(new Error("the connection to the container ended without a status")) : text;
}

function brokenStatus(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  return JSON.stringify(failure(500, "InternalError", `Internal error occurred: ${words}`));
}

async function finish({ ws, protocol }: CommandBridge, status: string): Promise<void> {
  const text = protocol.status === "json" ? status : plainWords(status);
  if (text !== "") await send(ws, encodeMessage(protocol, { channel: CHANNEL.error, data: Buffer.from(text) }));
}

/** Older protocols tell failures only, as a sentence. */
function plainWords(text: string): string {
  try {
    const { status, message = "" } = JSON.parse(text) as Partial<Status>;
    return status === "Success" ? "" : message;
  } catch {
    return text;
  }
}
