// What a node says of itself, beside what can be read from the machine.
import type { Taint } from "@knots/api";

export interface NodeOptions {
  /** Lower-case host name, or what `--node-name` says. */
  readonly name: string;
  /** Addresses inside the cluster, the primary one first. */
  readonly addresses: readonly string[];
  /** Further labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Taints of a node that registers for the first time. */
  readonly taints?: readonly Taint[];
  /** Network of the node's pods; left to whoever assigns it when absent. */
  readonly podCidr?: string;
  /** Most pods; 110 when absent. */
  readonly maxPods?: number;
  /** Port of the kubelet's server. */
  readonly port?: number;
  /** Value of the label node.kubernetes.io/instance-type; `knots` when absent. */
  readonly instanceType?: string;
}

/** Facts of a machine. Amounts in bytes. */
export interface Machine {
  readonly hostname: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** Go's name, such as `amd64`. */
  readonly architecture: string;
}

/** What a machine has left at one moment. */
export interface MachineLoad {
  readonly memoryAvailable: number;
  readonly storageAvailable: number;
  readonly storageBytes: number;
  readonly processes: number;
  readonly maxProcesses: number;
}

/** Reads the machine. */
export interface MachineReader {
  machine(): Promise<Machine>;
  load(): Promise<MachineLoad>;
}
