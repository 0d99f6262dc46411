// Why a build failed: from container states and the last words of its steps to one reason and one sentence.
import type { Build, ContainerStateTerminated, Failure, Pod } from "@knots/api";
import { shortCommit } from "../sites/names.ts";
import type { Values } from "../texts/catalogue.ts";
import { FAILURES, type FailureReason } from "../texts/failures.ts";
import { english } from "../texts/say.ts";
import { buildResources } from "./pod.ts";
import { readReport, type StepReport } from "./report.ts";
import type { BuildSettings } from "./settings.ts";

/** A failure with its sentence. */
export const failureOf = (reason: FailureReason, values: Values = {}, step?: string): Failure => ({
  ...(step !== undefined && { step }),
  reason,
  message: english(FAILURES[reason], values),
});

/** Reasons that a step may give; the untrusted one can say no others. */
const ALLOWED: Readonly<Record<string, readonly FailureReason[]>> = {
  clone: ["RepositoryUnreachable", "RepositoryDenied", "CommitNotFound", "CloneFailed", "StorageExceeded"],
  build: [
    "DirectoryMissing",
    "PackageInvalid",
    "LockFileMismatch",
    "NpmRegistryUnreachable",
    "PackageNotFound",
    "InstallFailed",
    "BuildScriptFailed",
    "OutOfMemory",
    "StorageExceeded",
  ],
  pack: ["OutputMissing", "OutputUnusable", "PushFailed", "PackFailed", "StorageExceeded"],
};
/** What it is called when a step said nothing. */
const FALLBACK: Readonly<Record<string, FailureReason>> = {
  clone: "CloneFailed",
  build: "BuildScriptFailed",
  pack: "PackFailed",
};

/** A container that ended badly. */
export interface EndedStep {
  readonly step: string;
  readonly state: ContainerStateTerminated;
}

function reasonOf({ step, state }: EndedStep, report: StepReport): FailureReason {
  const said = ALLOWED[step]?.find((reason) => reason === report.reason);
  if (state.reason === "OOMKilled") return "OutOfMemory";
  if (said) return said;
  return state.exitCode === 137 ? "OutOfMemory" : (FALLBACK[step] ?? "PackFailed");
}

/** What happened, with the values that every sentence may need. */
export function stepFailure(build: Build, ended: EndedStep, settings: BuildSettings): Failure {
  const report = readReport(ended.state.message);
  const { repository, commit, settings: own, site } = build.spec;
  const { limits } = buildResources(build, settings);
  const reason = reasonOf(ended, report);
  const values = {
    directory: own?.outputDirectory || "dist, build, out, public, _site",
    ...report.values,
    url: repository?.url || settings.cloneUrl(build.metadata.namespace, site),
    commit: shortCommit(commit),
    code: report.values["code"] ?? ended.state.exitCode,
    step: ended.step,
    limit: (reason === "StorageExceeded" ? limits["ephemeral-storage"] : limits["memory"]) ?? "",
  };
  return failureOf(reason, values, ended.step);
}

/** A pod that ended as a whole: evicted, past its deadline, or lost with its node. */
export function podFailure(build: Build, { status }: Pod, settings: BuildSettings): Failure | undefined {
  if (status?.phase !== "Failed") return undefined;
  const detail = status.message ?? status.reason ?? "";
  const { limits } = buildResources(build, settings);
  if (status.reason === "DeadlineExceeded")
    return failureOf("TimedOut", { seconds: build.spec.settings?.timeoutSeconds ?? 900 });
  if (/ephemeral|emptyDir|disk/i.test(detail))
    return failureOf("StorageExceeded", { limit: limits["ephemeral-storage"] ?? "" });
  return failureOf("Evicted", { detail });
}

/** Why an image cannot be had: reasons of a waiting container that time alone does not cure. */
const STUCK = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
]);

/** A container that waits for an image that does not come. */
export function stuckImage({ status }: Pod): { readonly image: string; readonly detail: string } | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { image, state } of all) {
    const { reason = "", message } = state?.waiting ?? {};
    if (STUCK.has(reason)) return { image, detail: message ? `${reason}: ${message}` : reason };
  }
  return undefined;
}
