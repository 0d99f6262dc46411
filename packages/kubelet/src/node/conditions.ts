// The conditions of a node, from its load and from what the runtime says.
import type { NodeCondition } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import type { RuntimeHealth } from "../runtime/runtime.ts";
import type { MachineLoad } from "./options.ts";

const MEBI = 2 ** 20;
const GIBI = 2 ** 30;
/** Memory that must be left. */
const LEAST_MEMORY = 100 * MEBI;
/** Storage that must be left: a tenth, but no more than this, so that large disks may be full. */
const LEAST_STORAGE = 2 * GIBI;
const LEAST_PROCESSES = 0.01;

type Finding = Pick<NodeCondition, "type" | "status" | "reason" | "message">;

function pressure(type: string, bad: boolean, words: { bad: string; good: string; what: string }): Finding {
  const verb = type === "DiskPressure" ? ["has disk pressure", "has no disk pressure"] : undefined;
  const message = verb?.[bad ? 0 : 1] ?? `has ${bad ? "insufficient" : "sufficient"} ${words.what} available`;
  return { type, status: bad ? "True" : "False", reason: bad ? words.bad : words.good, message: `kubelet ${message}` };
}

function ready(health: RuntimeHealth | undefined): Finding {
  const no = (message: string): Finding => ({ type: "Ready", status: "False", reason: "KubeletNotReady", message });
  if (!health?.ready) return no(`[container runtime is down${health ? `: ${health.message}` : ""}]`);
  if (!health.networkReady) return no(`container runtime network not ready: ${health.message}`);
  return { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" };
}

/** All conditions that the kubelet writes; `health` is undefined while the runtime does not answer. */
export function nodeFindings(load: MachineLoad, health: RuntimeHealth | undefined): readonly Finding[] {
  const storage = Math.min(load.storageBytes / 10, LEAST_STORAGE);
  return [
    pressure("MemoryPressure", load.memoryAvailable < LEAST_MEMORY, {
      bad: "KubeletHasInsufficientMemory",
      good: "KubeletHasSufficientMemory",
      what: "memory",
    }),
    pressure("DiskPressure", load.storageAvailable < storage, {
      bad: "KubeletHasDiskPressure",
      good: "KubeletHasNoDiskPressure",
      what: "",
    }),
    pressure("PIDPressure", load.maxProcesses - load.processes < load.maxProcesses * LEAST_PROCESSES, {
      bad: "KubeletHasInsufficientPID",
      good: "KubeletHasSufficientPID",
      what: "PID",
    }),
    ready(health),
  ];
}

/** Conditions stamped with times: a transition time stays while the status does. */
export function stamped(findings: readonly Finding[], before: readonly NodeCondition[] | undefined, time: string) {
  return findings.map((finding): NodeCondition => {
    const old = conditionOf(before, finding.type);
    const kept = old?.status === finding.status ? old.lastTransitionTime : undefined;
    return { ...finding, lastHeartbeatTime: time, lastTransitionTime: kept ?? time };
  });
}
