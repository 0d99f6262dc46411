// The stage of one transcript: a namespace of its own, a kubeconfig that points to it, and one kubectl on PATH.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestCluster } from "./cluster.ts";
import { follow } from "./follow.ts";
import type { Kubectl } from "./kubectls.ts";
import { type Outcome, output, run } from "./run.ts";
import { normalise, parseTranscript, renderTranscript, type Step } from "./transcript.ts";

export interface Stage {
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a line of shell as a user would type it. */
  shell(line: string): Promise<Outcome>;
}

const manifests = join(import.meta.dirname, "manifests");

export async function openStage(cluster: TestCluster, kubectl: Kubectl, topic: string): Promise<Stage> {
  const namespace = `${topic}-v${kubectl.minor}`;
  const folder = join(cluster.folder, namespace);
  const home = join(cluster.folder, `home-${kubectl.minor}`);
  for (const path of [folder, home]) mkdirSync(path, { recursive: true });
  symlinkSync(kubectl.path, join(folder, "kubectl"));
  const config = readFileSync(cluster.kubeconfig, "utf8");
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, config, { mode: 0o600 });
  const env = {
    KUBECONFIG: kubeconfig,
    HOME: home,
    PATH: [folder, process.env["PATH"]].join(delimiter),
    TMPDIR: folder,
  };
  await output(kubectl.path, ["config", "set-context", "--current", `--namespace=${namespace}`], { env });
  await output(kubectl.path, ["create", "namespace", namespace], { env });
  const account = ["get", "serviceaccounts", "--watch", "--output=name"];
  await follow(kubectl.path, account, { env, until: (text) => text.includes("serviceaccount/default") });
  const shell = (line: string): Promise<Outcome> =>
    run("bash", ["-c", `exec 2>&1; ${line}`], { cwd: manifests, env, limitSeconds: 60 });
  return { namespace, env, shell };
}

export interface Played {
  readonly step: Step;
  readonly actual: string;
}

/** Runs the steps that are for this version; the answer is each with what was seen. */
export async function play(steps: readonly Step[], stage: Stage, { url, folder }: TestCluster): Promise<Played[]> {
  const names = { [stage.namespace]: "demo", [url]: "https://API", [folder]: "FOLDER" };
  const played: Played[] = [];
  for (const step of steps) {
    const { code, out } = await stage.shell(step.command);
    const shown = normalise(out, names);
    const lines = [...(shown === "" ? [] : [shown]), ...(code === 0 ? [] : [`(exit ${code})`])];
    played.push({ step, actual: lines.join("\n") });
  }
  return played;
}

/** Writes what was seen into the text, for a person to judge; steps of other versions stay. */
export function record(path: string, played: readonly Played[]): void {
  const seen = new Map(played.map(({ step, actual }) => [step.at, actual]));
  const steps = parseTranscript(readFileSync(path, "utf8"));
  writeFileSync(
    path,
    renderTranscript(steps.map((step) => ({ ...step, expected: seen.get(step.at) ?? step.expected }))),
  );
}
