// A binary heap: the smallest element by a comparison is always on top.

/** A priority queue; `push` and `pop` cost O(log n). */
export interface Heap<T> {
  readonly size: number;
  push(value: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

function siftUp<T>(items: T[], compare: (a: T, b: T) => number): void {
  let child = items.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const [a, b] = [items[child] as T, items[parent] as T];
    if (compare(a, b) >= 0) return;
    items[child] = b;
    items[parent] = a;
    child = parent;
  }
}

function siftDown<T>(items: T[], compare: (a: T, b: T) => number): void {
  let parent = 0;
  for (;;) {
    const left = parent * 2 + 1;
    if (left >= items.length) return;
    const right = left + 1;
    const child = right < items.length && compare(items[right] as T, items[left] as T) < 0 ? right : left;
    const [a, b] = [items[parent] as T, items[child] as T];
    if (compare(a, b) <= 0) return;
    items[parent] = b;
    items[child] = a;
    parent = child;
  }
}

/** Creates an empty heap ordered by `compare` (negative: first argument comes first). */
export function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];
  return {
    get size() {
      return items.length;
    },
    push(value) {
      items.push(value);
      siftUp(items, compare);
    },
    peek: () => items[0],
    pop() {
      const top = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        siftDown(items, compare);
      }
      return top;
    },
  };
}
