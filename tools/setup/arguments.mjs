// Reads the command line of the set-up.
import { Problem } from "./problem.mjs";

const known = ["core", "node", "test"];

/**
 * Groups: `core` is npm packages, `node` the tools of a real node, `test` the stock clients of the tests.
 * @param {readonly string[]} args
 * @returns {{ groups: Set<string>, command: string[] }}
 */
export function parseArguments(args) {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const [flag, list = "core", ...rest] = own;
  if ((flag !== undefined && flag !== "--packages") || rest.length > 0) {
    throw new Problem(
      `unknown argument ${flag === "--packages" ? rest[0] : flag}: usage: setup.mjs [--packages ${known.join(",")}] [-- command]`,
    );
  }
  const groups = list.split(",");
  const strange = groups.find((group) => !known.includes(group));
  if (strange !== undefined) throw new Problem(`unknown group ${strange}: choose of ${known.join(", ")}`);
  return { groups: new Set(groups), command: end < 0 ? [] : args.slice(end + 1) };
}
