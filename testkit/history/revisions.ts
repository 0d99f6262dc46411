// Revisions: never given twice, never going back in anybody's real time, and one revision of a key is one value for ever.
import type { KeyValue, Revision } from "@knots/store";
import type { History, Operation } from "./operation.ts";
import { valuesIn } from "./partition.ts";
import { showKey, showOperation } from "./text.ts";

/** What is wrong with the revisions of a history, in words; nothing when all is well. */
export function checkRevisions(history: History): string[] {
  return [...neverTwice(history), ...neverBack(history), ...history.flatMap(sensible), ...oneValueEach(history)];
}

/** The revision that an operation made, if it is known to have made one. */
export function revisionMadeBy({ outcome }: Operation): Revision | undefined {
  if (outcome.type !== "txn") return undefined;
  const { responses, revision } = outcome.result;
  const wrote = responses.some((one) => one.type === "put" || (one.type === "delete" && one.deleted.length > 0));
  return wrote ? revision : undefined;
}

function revisionTold({ outcome }: Operation): Revision | undefined {
  return outcome.type === "txn" || outcome.type === "range" ? outcome.result.revision : undefined;
}

function neverTwice(history: History): string[] {
  const makers = new Map<Revision, Operation>();
  return history.flatMap((operation) => {
    const revision = revisionMadeBy(operation);
    if (revision === undefined) return [];
    const other = makers.get(revision);
    makers.set(revision, operation);
    return other === undefined
      ? []
      : `revision ${revision} was given twice: ${showOperation(other)} and ${showOperation(operation)}`;
  });
}

function neverBack(history: History): string[] {
  const told = history.filter((operation) => revisionTold(operation) !== undefined);
  const byEnd = [...told].sort((a, b) => a.end - b.end);
  const byStart = [...told].sort((a, b) => a.start - b.start);
  const problems: string[] = [];
  let highest: Operation | undefined;
  let ended = 0;
  for (const operation of byStart) {
    for (let next = byEnd[ended]; next !== undefined && next.end < operation.start; next = byEnd[++ended]) {
      if (highest === undefined || (revisionTold(next) ?? 0) > (revisionTold(highest) ?? 0)) highest = next;
    }
    const floor = highest === undefined ? 0 : (revisionTold(highest) ?? 0);
    const revision = revisionTold(operation) ?? 0;
    const tooLow = revisionMadeBy(operation) === undefined ? revision < floor : revision <= floor;
    if (tooLow && highest !== undefined)
      problems.push(`revisions go back: after ${showOperation(highest)} came ${showOperation(operation)}`);
  }
  return problems;
}

function sensible(operation: Operation): string[] {
  const revision = revisionTold(operation) ?? Number.POSITIVE_INFINITY;
  const at = operation.op.type === "range" ? operation.op.options.at || revision : revision;
  const fits = (kv: KeyValue): boolean =>
    kv.createRevision >= 1 && kv.createRevision <= kv.modRevision && kv.modRevision <= at && kv.version >= 1;
  return valuesIn(operation.outcome)
    .filter((kv) => !fits(kv))
    .map((kv) => `${showKey(kv)} cannot be in ${showOperation(operation)}`);
}

function oneValueEach(history: History): string[] {
  const known = new Map<string, string>();
  return history.flatMap((operation) =>
    valuesIn(operation.outcome).flatMap((kv) => {
      if (kv.value.length === 0) return [];
      const name = `${kv.key} of revision ${kv.modRevision}`;
      const before = known.get(name);
      known.set(name, showKey(kv));
      return before === undefined || before === showKey(kv) ? [] : `${name} is both ${before} and ${showKey(kv)}`;
    }),
  );
}
