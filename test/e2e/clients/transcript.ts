// Transcripts: a text of commands and what a user sees, run against a cluster and compared after the chances of a run are taken out.
// `# ` begins narration, `$ ` a command, `$ [1.27+] ` and `$ [-1.26] ` a command of some versions only; all else is output.
import { stripVTControlCharacters } from "node:util";

export interface Step {
  /** Its place in the text. */
  readonly at: number;
  readonly command: string;
  readonly from: number;
  readonly to: number;
  /** As it stands in the text, before the command. */
  readonly narration: readonly string[];
  readonly prompt: string;
  readonly expected: string;
}

const PROMPT = /^\$ (?:\[(?:1\.(\d+)\+|-1\.(\d+)|1\.(\d+)-1\.(\d+))\] )?(.*)$/;

export function parseTranscript(text: string): readonly Step[] {
  const steps: Step[] = [];
  let narration: string[] = [];
  let lines: string[] = [];
  const close = (): void => {
    const last = steps.pop();
    if (last) steps.push({ ...last, expected: lines.join("\n").trimEnd() });
    lines = [];
  };
  for (const line of text.split("\n")) {
    const prompt = PROMPT.exec(line);
    if (prompt) {
      close();
      const [, from = prompt[3] ?? "0", to = prompt[4] ?? "999", , , command = ""] = prompt;
      steps.push({
        at: steps.length,
        command,
        from: Number(from),
        to: Number(to),
        narration,
        prompt: line,
        expected: "",
      });
      narration = [];
    } else if (/^#( |$)/.test(line)) narration.push(line);
    else lines.push(line);
  }
  close();
  return steps;
}

export function runsOn({ from, to }: Step, minor: number): boolean {
  return minor >= from && minor <= to;
}

export function renderTranscript(steps: readonly Step[]): string {
  return steps
    .map(({ narration, prompt, expected }) =>
      [...narration, prompt, ...(expected === "" ? [] : [expected]), ""].join("\n"),
    )
    .join("\n");
}

const ALPHABET = "[bcdfghjklmnpqrstvwxz2456789]";

/** What differs from run to run, and the word that stands for it. Columns are told apart by two spaces. */
const chances: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "TIME"],
  [/(resourceVersion"?: *)"\d+"/g, '$1"RV"'],
  [/\b10\.244\.\d+\.\d+\b/g, "POD-IP"],
  [/\b10\.(9[6-9]|10\d|11[01])\.(?!0\.1\b)\d+\.\d+\b/g, "CLUSTER-IP"],
  [new RegExp(`-(?=[a-z]*\\d)${ALPHABET}{6,10}-${ALPHABET}{5}(?![a-z0-9])`, "g"), "-HASH-POD"],
  [new RegExp(`-(?=[a-z]*\\d)${ALPHABET}{6,10}(?=-?(?![-a-z0-9]))`, "g"), "-HASH"],
  [/:3\d{4}\b(?=\/(TCP|UDP))/g, ":NODEPORT"],
  [/(Resource Version:\s+)\d+/g, "$1RV"],
  [new RegExp(`(pod-template-hash[=: "]+)${ALPHABET}{6,10}`, "g"), "$1HASH"],
  [new RegExp(`(kube-api-access|generated)-${ALPHABET}{5}\\b`, "g"), "$1-POD"],
  [/(?<!for |seconds|=)\b(\d+m)?\d+s\b/g, "AGE"],
  [/(?<=\S) {2,}/g, "  "],
  [/[ \t]+$/gm, ""],
];

export function normalise(text: string, names: Readonly<Record<string, string>>): string {
  const plain = stripVTControlCharacters(text);
  const named = Object.entries(names).reduce((now, [name, word]) => now.replaceAll(name, word), plain);
  return chances.reduce((now, [pattern, word]) => now.replace(pattern, word), named).trimEnd();
}
