// Files with facts about the pod.
import type { DownwardAPIVolumeFile, Pod } from "@knots/api";
import { fieldText, type PodAddresses } from "../env/field-ref.ts";
import { type Allocatable, resourceText } from "../env/resource-ref.ts";
import { type Payload, type PayloadFile, textBytes } from "./payload.ts";

/** What facts are taken from. */
export interface PodFacts {
  readonly pod: Pod;
  readonly addresses: PodAddresses;
  readonly allocatable: Allocatable;
}

function fact(
  { pod, addresses, allocatable }: PodFacts,
  { fieldRef, resourceFieldRef }: DownwardAPIVolumeFile,
): string {
  if (fieldRef) return fieldText(pod, fieldRef.fieldPath, addresses);
  return resourceFieldRef ? resourceText(pod, resourceFieldRef, allocatable) : "";
}

export function downwardFiles(facts: PodFacts, items: readonly DownwardAPIVolumeFile[], mode: number): Payload {
  const files = items.map((item): [string, PayloadFile] => [
    item.path,
    { bytes: textBytes(fact(facts, item)), mode: item.mode ?? mode },
  ]);
  return new Map(files);
}
