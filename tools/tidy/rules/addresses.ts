// Tracked files name no place that exists on one machine or in one network only.
import type { Finding, Rule } from "../project.ts";

/** Written with classes so that this file does not find itself. */
const places: readonly (readonly [RegExp, string])[] = [
  [/\/wor[k]\//, "a folder of one machine: use a path relative to the repository, or another name"],
  [/\/far[m]\/|bash_job[s]/, "a folder of one machine: use a path relative to the repository"],
  [/\/home\/(?!node\b|user\b)[a-z]\w*\/|\/Users\/\w+\//, "somebody's home: use a path relative to the repository"],
  [
    /npmj[s]\.org|debia[n]\.org|"resolved": "htt[p]/,
    "a package server: npm and apt know theirs, leave the address out",
  ],
  [/\/\/[^\s/@]+:[^\s/@$]+@[a-z]/, "an address with a password: take it from the environment"],
];

export const addresses: Rule = (project) =>
  project.files.flatMap((file) =>
    places.flatMap(([pattern, advice]): Finding[] => {
      const at = file.text.search(pattern);
      if (at < 0) return [];
      return [{ file: file.path, line: file.text.slice(0, at).split("\n").length, message: `address: ${advice}` }];
    }),
  );
