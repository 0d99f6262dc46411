// A device as its driver offers it.
import {
  array,
  atomicList,
  boolean,
  dns1123Label,
  field,
  int64,
  map,
  type ObjectSchema,
  object,
  quantity,
  string,
  type TypeOf,
} from "@knots/machinery";
import { NodeSelector } from "../../core/v1/affinity.ts";
import { oneReach, oneValue, rangeOrValues } from "./device-checks.ts";
import { DeviceTaint } from "./device-parts.ts";

const capacityRequestPolicyRange = object("io.k8s.api.resource.v1.CapacityRequestPolicyRange", {
  min: field(1, quantity(), "Least amount.", { required: true, always: true }),
  max: field(2, quantity(), "Largest amount.", { pointer: true }),
  step: field(3, quantity(), "Distance between amounts.", { pointer: true }),
});
/** Amounts from least to most in steps. */
export interface CapacityRequestPolicyRange extends TypeOf<typeof capacityRequestPolicyRange> {}
export const CapacityRequestPolicyRange: ObjectSchema<CapacityRequestPolicyRange> = capacityRequestPolicyRange;

const capacityRequestPolicy = object("io.k8s.api.resource.v1.CapacityRequestPolicy", {
  default: field(1, quantity(), "Amount for claims that name none.", { pointer: true }),
  validValues: field(3, array(quantity(), { list: "atomic", maxItems: 10 }), "Amounts that may be asked for."),
  validRange: field(4, CapacityRequestPolicyRange, "Range that may be asked for.", { pointer: true }),
});
/** Which amounts of a shared device may be asked for. */
export interface CapacityRequestPolicy extends TypeOf<typeof capacityRequestPolicy> {}
export const CapacityRequestPolicy: ObjectSchema<CapacityRequestPolicy> = capacityRequestPolicy.check(rangeOrValues);

const deviceCapacity = object("io.k8s.api.resource.v1.DeviceCapacity", {
  value: field(1, quantity(), "The whole amount.", { required: true, always: true }),
  requestPolicy: field(2, CapacityRequestPolicy, "Which amounts may be asked for.", { pointer: true }),
});
/** How much there is of something. */
export interface DeviceCapacity extends TypeOf<typeof deviceCapacity> {}
export const DeviceCapacity: ObjectSchema<DeviceCapacity> = deviceCapacity;

const deviceAttribute = object("io.k8s.api.resource.v1.DeviceAttribute", {
  int: field(2, int64(), "A whole number.", { pointer: true }),
  bool: field(3, boolean(), "True or false.", { pointer: true }),
  string: field(4, string({ maxLength: 64 }), "Text.", { pointer: true }),
  version: field(5, string({ maxLength: 64 }), "A semantic version.", { pointer: true }),
  ints: field(6, atomicList(int64()), "Several whole numbers."),
  bools: field(7, atomicList(boolean()), "Several truth values."),
  strings: field(8, atomicList(string()), "Several texts."),
  versions: field(9, atomicList(string()), "Several semantic versions."),
});
/** A fact on a device; one of its fields. */
export interface DeviceAttribute extends TypeOf<typeof deviceAttribute> {}
export const DeviceAttribute: ObjectSchema<DeviceAttribute> = deviceAttribute.check(oneValue);

const counter = object("io.k8s.api.resource.v1.Counter", {
  value: field(1, quantity(), "The amount.", { required: true, always: true }),
});
/** An amount that devices share. */
export interface Counter extends TypeOf<typeof counter> {}
export const Counter: ObjectSchema<Counter> = counter;

const counterSet = object("io.k8s.api.resource.v1.CounterSet", {
  name: field(1, string({ check: dns1123Label }), "Name of the set, unique in its pool.", { required: true }),
  counters: field(2, map(Counter), "Amounts by name.", { required: true }),
});
/** Amounts that devices of a pool share. */
export interface CounterSet extends TypeOf<typeof counterSet> {}
export const CounterSet: ObjectSchema<CounterSet> = counterSet;

const deviceCounterConsumption = object("io.k8s.api.resource.v1.DeviceCounterConsumption", {
  counterSet: field(1, string({ check: dns1123Label }), "Name of the set.", { required: true }),
  counters: field(2, map(Counter), "Amounts by name.", { required: true }),
});
/** What a device takes from a set of counters. */
export interface DeviceCounterConsumption extends TypeOf<typeof deviceCounterConsumption> {}
export const DeviceCounterConsumption: ObjectSchema<DeviceCounterConsumption> = deviceCounterConsumption;

const nodeAllocatableResourceMapping = object("io.k8s.api.resource.v1.NodeAllocatableResourceMapping", {
  capacityKey: field(1, string(), "Capacity of the device that counts; the number of devices when absent.", {
    pointer: true,
  }),
  allocationMultiplier: field(2, quantity(), "By what it is multiplied; one when absent.", { pointer: true }),
});
/** How a device counts against a node's own resources. */
export interface NodeAllocatableResourceMapping extends TypeOf<typeof nodeAllocatableResourceMapping> {}
export const NodeAllocatableResourceMapping: ObjectSchema<NodeAllocatableResourceMapping> =
  nodeAllocatableResourceMapping;

const device = object("io.k8s.api.resource.v1.Device", {
  name: field(1, string({ check: dns1123Label }), "Name of the device, unique in its pool.", { required: true }),
  attributes: field(2, map(DeviceAttribute), "Facts by name."),
  capacity: field(3, map(DeviceCapacity), "Amounts by name."),
  consumesCounters: field(4, atomicList(DeviceCounterConsumption), "What it takes from shared counters."),
  nodeName: field(5, string(), "Node that it is on, where the slice leaves that to devices.", { pointer: true }),
  nodeSelector: field(6, NodeSelector, "Nodes that reach it, where the slice leaves that to devices.", {
    pointer: true,
  }),
  allNodes: field(7, boolean(), "Whether every node reaches it, where the slice leaves that to devices.", {
    pointer: true,
  }),
  taints: field(8, array(DeviceTaint, { list: "atomic", maxItems: 16 }), "Taints that keep claims away."),
  bindsToNode: field(9, boolean(), "Whether a claim stays on the node once the device was given.", { pointer: true }),
  bindingConditions: field(
    10,
    array(string(), { list: "atomic", maxItems: 4 }),
    "Conditions that must be true before a pod is bound.",
  ),
  bindingFailureConditions: field(
    11,
    array(string(), { list: "atomic", maxItems: 4 }),
    "Conditions of which one makes binding fail.",
  ),
  allowMultipleAllocations: field(12, boolean(), "Whether several claims may share it.", { pointer: true }),
  nodeAllocatableResourceMappings: field(
    13,
    map(NodeAllocatableResourceMapping),
    "How it counts against the node's own resources, by resource.",
  ),
});
/** A device as its driver offers it. */
export interface Device extends TypeOf<typeof device> {}
export const Device: ObjectSchema<Device> = device.check(oneReach);
