// What two trees do not share: finds the differing items without looking at what is the same node in both.

import type { Tree, TreeNode } from "./tree.ts";

interface Keyed {
  readonly key: string;
}

/** An item as it is in one tree and in the other; at least one of them is there, and they are not the same. */
export interface Difference<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** Differences in key order, in time proportional to what the trees do not share. */
export function treeDiff<T extends Keyed>(before: Tree<T>, after: Tree<T>): Difference<T>[] {
  let left: readonly TreeNode<T>[] = [before.root];
  let right: readonly TreeNode<T>[] = [after.root];
  for (;;) {
    [left, right] = withoutShared(left, right);
    const [deep, other] = [height(left), height(right)];
    if (deep === 0 && other === 0) return merge(left.flatMap(itemsOf), right.flatMap(itemsOf));
    // Only nodes of one height can be the same.
    if (deep >= other) left = left.flatMap(childrenOf);
    if (other >= deep) right = right.flatMap(childrenOf);
  }
}

function withoutShared<T>(left: readonly TreeNode<T>[], right: readonly TreeNode<T>[]) {
  const [onLeft, onRight] = [new Set(left), new Set(right)];
  return [left.filter((node) => !onRight.has(node)), right.filter((node) => !onLeft.has(node))] as const;
}

function height<T>([first]: readonly TreeNode<T>[]): number {
  let levels = 0;
  for (let node = first; node !== undefined && "children" in node; node = node.children[0]) levels++;
  return levels;
}

const childrenOf = <T>(node: TreeNode<T>): readonly TreeNode<T>[] => ("children" in node ? node.children : [node]);
const itemsOf = <T>(node: TreeNode<T>): readonly T[] =>
  "children" in node ? node.children.flatMap(itemsOf) : node.items;

function merge<T extends Keyed>(before: readonly T[], after: readonly T[]): Difference<T>[] {
  const left = new Map(before.map((item) => [item.key, item]));
  const right = new Map(after.map((item) => [item.key, item]));
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return keys
    .map((key) => ({ before: left.get(key), after: right.get(key) }))
    .filter((found) => found.before !== found.after);
}
