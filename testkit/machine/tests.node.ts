// Lets a test file run itself inside a machine of its own, with a leak check around its tests.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { insideMachine, type MachineOptions, runInMachine } from "./machine.node.ts";
import { difference, type Snapshot, snapshot } from "./snapshot.node.ts";

export interface MachineTestOptions extends MachineOptions {
  /** Done outside, where there is a network: what it downloads is found inside in the same place. */
  readonly prepare?: () => Promise<void>;
  /** Rows of test/compatibility that the tests of the file prove together: a space, and ids in brackets. */
  readonly rows?: string;
}

/**
 * Call once per test file. Outside it defines one test, which runs this file again in a machine; inside it calls
 * `define` and fails afterwards when anything is left: process, namespace, link, table, mount, group, socket or sysctl.
 */
export function testInMachine(meta: ImportMeta, define: () => void, options: MachineTestOptions = {}): void {
  if (insideMachine()) {
    // A hook that fails outside every suite is printed but leaves the exit code at 0.
    void suite("in the machine", () => checked(define));
    return;
  }
  const file = fileURLToPath(meta.url);
  const skip = process.getuid?.() === 0 ? false : "needs root";
  test(`${file.slice(file.lastIndexOf("/") + 1)} in a machine of its own${options.rows ?? ""}`, { skip }, async (t) => {
    await options.prepare?.();
    const { code, output } = await runInMachine([process.execPath, file], { signal: t.signal, ...options });
    assert.equal(code, 0, output);
  });
}

function checked(define: () => void): void {
  let first: Snapshot;
  before(async () => {
    first = await snapshot();
  });
  define();
  // Hooks run in the order of their registration: the tests clean up first.
  after(async () => {
    assert.deepEqual(difference(first, await snapshot()), [], "left behind in the machine");
  });
}
