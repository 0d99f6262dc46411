// The packer as a program: the last step of a build, run in its pod as one bundled file. Speaks one line of JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasCode } from "@knots/host";
import { realClock } from "@knots/std";
import { registryClient } from "../registry/client.node.ts";
import { RegistryConnectionError, RegistryError } from "../registry/http.node.ts";
import { findOutput } from "./output-folder.node.ts";
import { packPages } from "./pack.node.ts";
import { UnusableOutputError } from "./page-files.node.ts";

/** Read by the kubelet; at most 4,096 bytes. */
type Report = Readonly<Record<string, unknown>>;

const text = { type: "string" } as const;
const options = {
  source: text,
  output: text,
  registry: text,
  ca: text,
  "token-file": text,
  repository: text,
  tag: text,
  "base-repository": text,
  "base-tag": text,
  scratch: text,
  report: text,
  label: { type: "string", multiple: true },
} as const;

type Values = ReturnType<typeof readValues>;

function readValues() {
  return parseArgs({ options }).values;
}

function need(values: Values, name: Exclude<keyof typeof options, "label">): string {
  const value = values[name];
  if (value === undefined || value === "") throw new Error(`the option --${name} is missing`);
  return value;
}

async function pack(values: Values): Promise<Report> {
  const started = realClock.monotonic();
  const output = await findOutput(need(values, "source"), values.output ?? "");
  if (!output.found) return { reason: "OutputMissing", values: { directory: output.looked.join(", ") } };
  const token = readFileSync(need(values, "token-file"), "utf8").trim();
  const authority = values.ca === undefined ? {} : { authority: readFileSync(values.ca, "utf8") };
  const client = registryClient({ address: need(values, "registry"), token: () => token, ...authority });
  const scratch = await mkdtemp(join(values.scratch ?? "/tmp", "pack-"));
  try {
    const result = await packPages({
      folder: output.path,
      scratch,
      client,
      repository: need(values, "repository"),
      tag: need(values, "tag"),
      base: { repository: need(values, "base-repository"), reference: need(values, "base-tag") },
      labels: Object.fromEntries((values.label ?? []).map(splitLabel)),
    });
    return { ...result, outputDirectory: output.name, milliseconds: Math.round(realClock.monotonic() - started) };
  } catch (error) {
    const tail = error instanceof Error ? error.message.slice(0, 1000).replaceAll(token, "***") : "";
    return { ...failure(error, output.name), ...(tail !== "" && { tail }) };
  } finally {
    client.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

const splitLabel = (label: string): [string, string] => [
  label.slice(0, label.indexOf("=")),
  label.slice(label.indexOf("=") + 1),
];

function failure(error: unknown, directory: string): Report {
  if (error instanceof UnusableOutputError) {
    return { reason: "OutputUnusable", values: { directory, detail: error.message } };
  }
  if (hasCode(error, "ENOSPC", "EDQUOT")) return { reason: "StorageExceeded" };
  const isPush = error instanceof RegistryError || error instanceof RegistryConnectionError;
  return { reason: isPush ? "PushFailed" : "PackFailed" };
}

async function main(): Promise<void> {
  const values = readValues();
  const report = await pack(values).catch((error: unknown): Report => {
    return { reason: "PackFailed", tail: error instanceof Error ? error.message : String(error) };
  });
  const line = JSON.stringify(report);
  process.stdout.write(`${line}\n`);
  try {
    writeFileSync(values.report ?? "/dev/termination-log", line);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EACCES", "EPERM")) throw error;
  }
  if ("reason" in report) process.exitCode = 1;
}

await main();
