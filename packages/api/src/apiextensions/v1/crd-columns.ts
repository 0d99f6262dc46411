// What `kubectl get crd` shows.
import type { Column } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";

export const crdColumns: readonly Column[] = [
  text("Created At", "When the definition was created.", ({ metadata }: Shown) => metadata.creationTimestamp ?? ""),
];
