// The turns of the event loop.

/** Runs `callback` in the next turn: after promise reactions, and after whatever knocked meanwhile was let in. */
export function nextTurn(callback: () => void): void {
  const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
  if (immediate) immediate(callback);
  else setTimeout(callback, 0);
}
