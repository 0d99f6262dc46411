// Opens a store in a process of its own, as a server does at its start, and prints how many milliseconds that took.
import { prefixEnd } from "@knots/store";
import { openKnots } from "./peers.ts";

const [folder = ""] = process.argv.slice(2);
const start = performance.now();
const store = await openKnots(folder);
const took = performance.now() - start;
await store.range({ start: "", end: prefixEnd(""), countOnly: true });
await store.close();
process.stdout.write(String(took));
