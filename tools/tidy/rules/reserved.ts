// Two rules beyond ranks: who may use the store, and who speaks CRI.
import { type Finding, productOf, type Rule } from "../project.ts";

const storeUsers = new Set(["apiserver", "cluster", "cli"]);

export const reserved: Rule = (project) =>
  productOf(project).flatMap((file): Finding[] => {
    const owner = file.package ?? "";
    const store = storeUsers.has(owner) ? [] : file.imports.filter((one) => one.specifier === "@knots/store");
    const cri =
      owner === "kubelet"
        ? []
        : file.tokens.filter((t) => isText(t.kind) && /\bruntime\.v1\.(Runtime|Image)Service\b/.test(t.value));
    return [
      ...store.map(({ line }) => ({
        file: file.path,
        line,
        message: `${owner} uses the store: go through the API with @knots/client`,
      })),
      ...cri.map(({ line }) => ({
        file: file.path,
        line,
        message: `${owner} speaks CRI: only kubelet does, ask it through its API`,
      })),
    ];
  });

function isText(kind: string): boolean {
  return kind === "string" || kind === "template";
}
