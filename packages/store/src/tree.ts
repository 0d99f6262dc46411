// A persistent ordered map: every change makes a new tree that shares all untouched nodes with the old one.

import { type KeyRange, UNBOUNDED } from "./keys.ts";

interface Keyed {
  readonly key: string;
}

interface Leaf<T> {
  readonly items: readonly T[];
  readonly size: number;
}

interface Branch<T> {
  /** Smallest key under each child; the first one is not looked at. */
  readonly keys: readonly string[];
  readonly children: readonly TreeNode<T>[];
  /** Items below. */
  readonly size: number;
}

/** A node; the same one in two trees means the same items. */
export type TreeNode<T> = Leaf<T> | Branch<T>;

/** Items (leaf) or children (branch) of one node. */
const WIDTH = 32;
const NARROW = WIDTH / 4;

/** An immutable set of items in the order of their keys. */
export interface Tree<T extends Keyed> {
  readonly root: TreeNode<T>;
}

const EMPTY: Tree<never> = { root: { items: [], size: 0 } };

export function emptyTree<T extends Keyed>(): Tree<T> {
  return EMPTY;
}

export function treeSize(tree: Tree<Keyed>): number {
  return tree.root.size;
}

export function treeGet<T extends Keyed>(tree: Tree<T>, key: string): T | undefined {
  let node = tree.root;
  while ("children" in node) node = node.children[childIndex(node.keys, key)] as TreeNode<T>;
  const item = node.items[lowerBound(node.items, key)];
  return item?.key === key ? item : undefined;
}

/** The tree with `item` in place of whatever had its key. */
export function treePut<T extends Keyed>(tree: Tree<T>, item: T): Tree<T> {
  const made = put(tree.root, item);
  return { root: made.length === 1 ? (made[0] as TreeNode<T>) : branch(made) };
}

/** The tree without `key`; the same tree when it was not there. */
export function treeDelete<T extends Keyed>(tree: Tree<T>, key: string): Tree<T> {
  let root = remove(tree.root, key);
  if (root === tree.root) return tree;
  while ("children" in root && root.children.length === 1) root = root.children[0] as TreeNode<T>;
  return { root };
}

/** Calls `visit` for the items of a range in order until it returns false. */
export function treeVisit<T extends Keyed>(tree: Tree<T>, range: KeyRange, visit: (item: T) => boolean): void {
  if (range.end === undefined) {
    const item = treeGet(tree, range.start);
    if (item !== undefined) visit(item);
  } else {
    walk(tree.root, range.start, range.end, visit);
  }
}

/** Number of items in a range, in logarithmic time. */
export function treeCount(tree: Tree<Keyed>, range: KeyRange): number {
  if (range.end === undefined) return treeGet(tree, range.start) === undefined ? 0 : 1;
  const upTo = range.end === UNBOUNDED ? tree.root.size : rank(tree.root, range.end);
  return Math.max(0, upTo - rank(tree.root, range.start));
}

/** Builds a tree of items that come in strictly ascending key order, in linear time, however they are chunked. */
export function treeBuilder<T extends Keyed>(): { add(item: T): void; finish(): Tree<T> } {
  const fill = (WIDTH * 3) / 4;
  const nodes: TreeNode<T>[] = [];
  let items: T[] = [];
  const flush = (): void => {
    if (items.length > 0) nodes.push({ items, size: items.length });
    items = [];
  };
  return {
    add(item) {
      items.push(item);
      if (items.length === fill) flush();
    },
    finish() {
      flush();
      let level = nodes;
      if (level.length > 1)
        level = [...level.slice(0, -2), ...join(level.at(-2) as TreeNode<T>, level.at(-1) as TreeNode<T>)];
      while (level.length > 1) level = group(level, Math.ceil(level.length / fill));
      return level[0] === undefined ? emptyTree() : { root: level[0] };
    },
  };
}

/** Spreads nodes evenly over `count` branches: no node of a tree but its root may be narrow. */
function group<T extends Keyed>(nodes: readonly TreeNode<T>[], count: number): TreeNode<T>[] {
  const made: TreeNode<T>[] = [];
  for (let index = 0; index < count; index++) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * nodes.length) / count));
    made.push(branch(nodes.slice(from, to)));
  }
  return made;
}

function branch<T extends Keyed>(children: readonly TreeNode<T>[]): Branch<T> {
  let size = 0;
  for (const child of children) size += child.size;
  return { keys: children.map(firstKey), children, size };
}

function firstKey<T extends Keyed>(node: TreeNode<T>): string {
  let at = node;
  while ("children" in at) at = at.children[0] as TreeNode<T>;
  return (at.items[0] as T).key;
}

/** Index of the first item that is not before `key`. */
function lowerBound(items: readonly Keyed[], key: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] as Keyed).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the child whose part of the order holds `key`. */
function childIndex(keys: readonly string[], key: string): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The node or nodes that take the place of `node`. */
function put<T extends Keyed>(node: TreeNode<T>, item: T): readonly TreeNode<T>[] {
  if ("children" in node) {
    const index = childIndex(node.keys, item.key);
    const made = put(node.children[index] as TreeNode<T>, item);
    if (made.length === 1) return [withChild(node, index, made[0] as TreeNode<T>)];
    const children = node.children.toSpliced(index, 1, ...made);
    if (children.length <= WIDTH) return [branch(children)];
    const half = splitPoint(index, children.length);
    return [branch(children.slice(0, half)), branch(children.slice(half))];
  }
  const index = lowerBound(node.items, item.key);
  const replaced = node.items[index]?.key === item.key ? 1 : 0;
  const items = node.items.toSpliced(index, replaced, item);
  if (items.length <= WIDTH) return [leaf(items)];
  const half = splitPoint(index, items.length);
  return [leaf(items.slice(0, half)), leaf(items.slice(half))];
}

/** Keys that arrive in ascending order leave full nodes behind them instead of half-empty ones. */
function splitPoint(changed: number, length: number): number {
  return changed >= length - 2 ? length - NARROW : length >>> 1;
}

function leaf<T>(items: readonly T[]): Leaf<T> {
  return { items, size: items.length };
}

function withChild<T extends Keyed>(node: Branch<T>, index: number, child: TreeNode<T>): Branch<T> {
  const before = node.children[index] as TreeNode<T>;
  // A changed smallest key matters only if it got smaller, which `childIndex` sends to the first child alone.
  return { keys: node.keys, children: node.children.with(index, child), size: node.size - before.size + child.size };
}

/** The node without `key`; itself when nothing was removed. It may come back empty. */
function remove<T extends Keyed>(node: TreeNode<T>, key: string): TreeNode<T> {
  if ("children" in node) {
    const index = childIndex(node.keys, key);
    const before = node.children[index] as TreeNode<T>;
    const child = remove(before, key);
    if (child === before) return node;
    if (width(child) >= NARROW) return withChild(node, index, child);
    return absorb(node, index, child);
  }
  const index = lowerBound(node.items, key);
  return node.items[index]?.key === key ? leaf(node.items.toSpliced(index, 1)) : node;
}

function width<T>(node: TreeNode<T>): number {
  return "children" in node ? node.children.length : node.items.length;
}

/** Joins a child that got too narrow with a neighbour, in one node or, if that would be too wide, evenly in two. */
function absorb<T extends Keyed>(node: Branch<T>, index: number, child: TreeNode<T>): TreeNode<T> {
  const left = index === 0 ? 0 : index - 1;
  const pair = index === 0 ? [child, node.children[1] as TreeNode<T>] : [node.children[left] as TreeNode<T>, child];
  const joined = join(pair[0] as TreeNode<T>, pair[1] as TreeNode<T>);
  return branch(node.children.toSpliced(left, 2, ...joined));
}

function join<T extends Keyed>(left: TreeNode<T>, right: TreeNode<T>): readonly TreeNode<T>[] {
  if ("children" in left && "children" in right) {
    const children = [...left.children, ...right.children];
    if (children.length <= WIDTH) return [branch(children)];
    const half = children.length >>> 1;
    return [branch(children.slice(0, half)), branch(children.slice(half))];
  }
  const items = [...(left as Leaf<T>).items, ...(right as Leaf<T>).items];
  if (items.length <= WIDTH) return [leaf(items)];
  const half = items.length >>> 1;
  return [leaf(items.slice(0, half)), leaf(items.slice(half))];
}

/** Visits the items from `start` to `end` below a node; false when the visitor had enough. */
function walk<T extends Keyed>(node: TreeNode<T>, start: string, end: string, visit: (item: T) => boolean): boolean {
  if (!("children" in node)) return walkLeaf(node, start, end, visit);
  for (let index = childIndex(node.keys, start); index < node.children.length; index++) {
    if (index > 0 && reached(end, node.keys[index] as string)) return true;
    if (!walk(node.children[index] as TreeNode<T>, start, end, visit)) return false;
  }
  return true;
}

function walkLeaf<T extends Keyed>(node: Leaf<T>, start: string, end: string, visit: (item: T) => boolean): boolean {
  for (let index = lowerBound(node.items, start); index < node.items.length; index++) {
    const item = node.items[index] as T;
    if (reached(end, item.key)) return true;
    if (!visit(item)) return false;
  }
  return true;
}

function reached(end: string, key: string): boolean {
  return end !== UNBOUNDED && key >= end;
}

/** Number of items before `key`. */
function rank<T extends Keyed>(node: TreeNode<T>, key: string): number {
  if (!("children" in node)) return lowerBound(node.items, key);
  const index = childIndex(node.keys, key);
  let before = 0;
  for (let child = 0; child < index; child++) before += (node.children[child] as TreeNode<T>).size;
  return before + rank(node.children[index] as TreeNode<T>, key);
}
