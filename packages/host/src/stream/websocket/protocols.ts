// Subprotocols of WebSockets that carry several channels: which there are and how they differ.

/** One subprotocol. */
export interface ChannelProtocol {
  /** Empty when the client offers none. */
  readonly name: string;
  /** Messages start with the channel's number, or are text: its digit and then base64. */
  readonly encoding: "binary" | "base64";
  /** What the error channel carries at the end: a Status, or its message when it is a failure. */
  readonly status: "json" | "text";
  /** Whether a side can close one channel: message 255 with the channel's number. */
  readonly closes: boolean;
}

/** For commands: best first. */
export const CHANNEL_PROTOCOLS: readonly ChannelProtocol[] = [
  { name: "v5.channel.k8s.io", encoding: "binary", status: "json", closes: true },
  { name: "v4.channel.k8s.io", encoding: "binary", status: "json", closes: false },
  { name: "v4.base64.channel.k8s.io", encoding: "base64", status: "json", closes: false },
  { name: "channel.k8s.io", encoding: "binary", status: "text", closes: false },
  { name: "base64.channel.k8s.io", encoding: "base64", status: "text", closes: false },
  { name: "", encoding: "binary", status: "text", closes: false },
];

/** Port forwarding as SPDY frames inside binary messages. */
export const TUNNEL_PROTOCOL = "SPDY/3.1+portforward.k8s.io";

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** The names that a client offers, in its order. */
export function offeredProtocols(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The best protocol that the client offers; undefined when it wants others only. */
export function chooseProtocol(offered: readonly string[]): ChannelProtocol | undefined {
  const wanted = offered.length > 0 ? offered : [""];
  return CHANNEL_PROTOCOLS.find(({ name }) => wanted.includes(name));
}

/** A message of one channel, or undefined when it is none. */
export interface ChannelMessage {
  readonly channel: number;
  readonly data: Buffer;
}

export function decodeMessage({ encoding }: ChannelProtocol, message: Buffer): ChannelMessage | undefined {
  const first = message[0];
  if (first === undefined) return undefined;
  if (encoding === "binary") return { channel: first, data: message.subarray(1) };
  return { channel: first - 48, data: Buffer.from(message.subarray(1).toString("latin1"), "base64") };
}

export function encodeMessage({ encoding }: ChannelProtocol, { channel, data }: ChannelMessage): Buffer | string {
  if (encoding === "binary") return Buffer.concat([Buffer.of(channel), data]);
  return `${channel}${data.toString("base64")}`;
}
