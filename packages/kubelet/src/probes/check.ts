// Carries out one look of a probe, and one lifecycle hook: the same actions with different readings of the outcome.
import type { Container, HTTPGetAction, LifecycleHandler, Probe } from "@knots/api";
import { type Clock, sleep } from "@knots/std";
import { messageOf } from "../pods/start-error.ts";
import { type Runtime, RuntimeError } from "../runtime/runtime.ts";
import { type HttpAnswer, httpGet } from "./http.node.ts";
import type { ProbeResult } from "./probe.ts";
import { tcpConnect } from "./tcp.node.ts";

/** A run of a container, as probes and hooks reach it. */
export interface ProbeTarget {
  readonly containerId: string;
  readonly container: Container;
  /** Address of the pod; "" while it has none. */
  readonly ip: string;
}

export interface CheckResult {
  readonly result: ProbeResult;
  /** For the event. */
  readonly message: string;
}

const MAX_OUTPUT = 10 * 1024;
const AGENT = "kube-probe/1.36";
const success: CheckResult = { result: "success", message: "" };
const failure = (message: string): CheckResult => ({ result: "failure", message });

/** The number of a port that is given by number or name; throws when there is no such port. */
export function portNumber(port: number | string, { ports = [] }: Container): number {
  const number = typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort;
  const value = number ?? Number(port);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new Error(`invalid port number: ${port}`);
  return value;
}

function headersOf({ httpHeaders = [] }: HTTPGetAction): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of httpHeaders) {
    const key = name.toLowerCase();
    headers[key] = [...(headers[key] ?? []), value];
  }
  return headers;
}

/** `Host` can be given once only, so that it names the virtual host. */
function completed(headers: Record<string, string[]>): Record<string, string | string[]> {
  const { host, "user-agent": agent, accept, ...rest } = headers;
  const given = host?.[0];
  return {
    ...rest,
    "user-agent": agent?.[0] ?? AGENT,
    accept: accept?.[0] ?? "*/*",
    connection: "close",
    ...(given !== undefined && { host: given }),
  };
}

function urlOf({ scheme = "HTTP", host, path = "/", port }: HTTPGetAction, target: ProbeTarget): string {
  const name = host || target.ip;
  const place = name.includes(":") ? `[${name}]` : name;
  const slash = path.startsWith("/") ? path : `/${path}`;
  return `${scheme.toLowerCase()}://${place}:${portNumber(port, target.container)}${slash}`;
}

async function ask(action: HTTPGetAction, target: ProbeTarget, timeout: number): Promise<HttpAnswer> {
  const url = urlOf(action, target);
  try {
    return await httpGet({ url, headers: completed(headersOf(action)), timeout });
  } catch (error) {
    throw new Error(`Get "${url}": ${messageOf(error)}`, { cause: error });
  }
}

async function checkHttp(action: HTTPGetAction, target: ProbeTarget, timeout: number): Promise<CheckResult> {
  const { status, left = false } = await ask(action, target, timeout);
  if (left || (status >= 200 && status < 400)) return success;
  return failure(`HTTP probe failed with statuscode: ${status}`);
}

async function checkExec(
  runtime: Runtime,
  { containerId }: ProbeTarget,
  { command, timeout }: { readonly command: readonly string[]; readonly timeout: number },
): Promise<CheckResult> {
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(containerId, command, timeout);
    if (exitCode === 0) return success;
    return failure(Buffer.concat([stdout, stderr]).subarray(0, MAX_OUTPUT).toString("utf8"));
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== "DEADLINE_EXCEEDED") throw error;
    return failure(`command timed out: "${command.join(" ")}" timed out after ${timeout / 1000}s`);
  }
}

/** Looks once. Never rejects: what could not be asked is `unknown` for commands and a failure for the network. */
export async function check(
  runtime: Runtime,
  target: ProbeTarget,
  { probe, timeout }: { readonly probe: Probe; readonly timeout: number },
): Promise<CheckResult> {
  try {
    if (probe.exec) return await checkExec(runtime, target, { command: probe.exec.command ?? [], timeout });
    if (probe.httpGet) return await checkHttp(probe.httpGet, target, timeout);
    if (!probe.tcpSocket) return { result: "unknown", message: "missing probe handler" };
    const { host, port } = probe.tcpSocket;
    await tcpConnect(host || target.ip, portNumber(port, target.container), timeout);
    return success;
  } catch (error) {
    return { result: probe.exec ? "unknown" : "failure", message: messageOf(error) };
  }
}

export interface HookOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly target: ProbeTarget;
  /** Milliseconds; 0 has no limit. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Runs a lifecycle hook to its end; rejects with a sentence when it fails or takes too long. */
export async function runHook(handler: LifecycleHandler, options: HookOptions): Promise<void> {
  const { runtime, clock, target, timeout, signal } = options;
  if (handler.sleep) {
    const wanted = handler.sleep.seconds * 1000;
    await sleep(clock, timeout > 0 ? Math.min(wanted, timeout) : wanted, signal);
  } else if (handler.exec) {
    const command = handler.exec.command ?? [];
    const { exitCode, stderr } = await runtime.execSync(target.containerId, command, timeout);
    if (exitCode === 0) return;
    const words = Buffer.from(stderr).subarray(0, MAX_OUTPUT).toString("utf8");
    throw new Error(`command '${command.join(" ")}' exited with ${exitCode}: ${words}`);
  } else if (handler.httpGet) {
    await ask(handler.httpGet, target, timeout > 0 ? timeout : 30_000);
  }
}
