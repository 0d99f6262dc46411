// No file reaches itself through imports, types included: a cycle is one idea in two files or two ideas in one.
import type { Finding, Project, Rule } from "../project.ts";

export const cycles: Rule = (project) => {
  const graph = new Map<string, string[]>();
  for (const file of project.sources) {
    const targets = file.imports.map((one) => project.resolve(file, one.specifier));
    graph.set(file.path, [...new Set(targets.filter((path) => path !== undefined))]);
  }
  return knotted(graph).map((group) => describe(project, graph, group));
};

/** Groups of files that all reach one another (Tarjan), each sorted, in order of their first file. */
function knotted(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const search = new Search(graph);
  for (const path of graph.keys()) search.visit(path);
  return search.groups.map((group) => group.sort()).sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

class Search {
  readonly groups: string[][] = [];
  readonly #graph: ReadonlyMap<string, readonly string[]>;
  readonly #order = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #closed = new Set<string>();

  constructor(graph: ReadonlyMap<string, readonly string[]>) {
    this.#graph = graph;
  }

  /** Returns the lowest order number that `path` reaches among open files. */
  visit(path: string): number {
    const known = this.#order.get(path);
    if (known !== undefined) return this.#closed.has(path) ? Number.POSITIVE_INFINITY : known;
    const mine = this.#order.size;
    this.#order.set(path, mine);
    this.#open.push(path);
    const next = this.#graph.get(path) ?? [];
    const lowest = Math.min(mine, ...next.map((target) => this.visit(target)));
    if (lowest === mine) this.#close(path, next.includes(path));
    return lowest;
  }

  #close(path: string, selfImport: boolean): void {
    const group = this.#open.splice(this.#open.indexOf(path));
    for (const member of group) this.#closed.add(member);
    if (group.length > 1 || selfImport) this.groups.push(group);
  }
}

function describe(project: Project, graph: ReadonlyMap<string, readonly string[]>, group: readonly string[]): Finding {
  const road = shortestRound(graph, group);
  const file = road[0] ?? "";
  const from = project.sources.find((source) => source.path === file);
  const line = from?.imports.find((one) => project.resolve(from, one.specifier) === road[1])?.line ?? 1;
  return { file, line, message: `import cycle ${road.join(" -> ")}: move what they share into a file of its own` };
}

/** Breadth first from the group's first file back to itself. */
function shortestRound(graph: ReadonlyMap<string, readonly string[]>, group: readonly string[]): string[] {
  const start = group[0] ?? "";
  const roads: string[][] = [[start]];
  const seen = new Set<string>();
  for (const road of roads) {
    for (const target of graph.get(road.at(-1) ?? "") ?? []) {
      if (target === start) return [...road, start];
      if (!group.includes(target) || seen.has(target)) continue;
      seen.add(target);
      roads.push([...road, target]);
    }
  }
  return [start];
}
