// Which streams of a command a client wants, by the kubelet's parameters.
import type { CommandStreams } from "@knots/host";
import { RequestError } from "./error.ts";

/** Reads input, output, error and tty (`1` is on). With a terminal there is no separate stderr. */
export function commandStreams(query: URLSearchParams): CommandStreams {
  const on = (name: string): boolean => ["1", "true"].includes(query.get(name) ?? "");
  const tty = on("tty");
  const streams = { stdin: on("input"), stdout: on("output"), stderr: on("error") && !tty, tty };
  if (!streams.stdin && !streams.stdout && !streams.stderr)
    throw new RequestError(400, "you must specify at least 1 of stdin, stdout, stderr");
  return streams;
}

/** Ports to forward; SPDY clients name them per stream instead. */
export function forwardedPorts(query: URLSearchParams): readonly number[] {
  const ports = query.getAll("ports").flatMap((text) => text.split(","));
  return [...query.getAll("port"), ...ports].map((text) => {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RequestError(400, `invalid port "${text}"`);
    return port;
  });
}
