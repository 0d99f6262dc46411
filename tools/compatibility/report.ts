// The table that people read: a block for each group, then the counts.
import { styleText } from "node:util";
import type { Group, Priority } from "../../test/compatibility/rows.ts";
import type { Proof, State } from "./proof.ts";

const marks: Readonly<Record<State, { readonly sign: string; readonly colour: Parameters<typeof styleText>[0] }>> = {
  client: { sign: "●", colour: "green" },
  protocol: { sign: "◐", colour: "cyan" },
  open: { sign: "○", colour: "yellow" },
  failed: { sign: "✗", colour: "red" },
};
const states = Object.keys(marks) as readonly State[];
const priorities: readonly Priority[] = ["P0", "P1", "P2"];

/** Lines of the table of one group. `colours` for a terminal only. */
export function groupTable({ name, title }: Group, proofs: readonly Proof[], colours: boolean): string[] {
  const paint = painter(colours);
  const proved = proofs.filter(isProved).length;
  const idWidth = Math.max(0, ...proofs.map(({ row }) => row.id.length));
  const indent = " ".repeat(2 + idWidth + 2 + 2 + 2 + 12);
  const head = `${paint("bold", `${name}  ${title}`)}  ${proved} of ${proofs.length} proved`;
  const lines = proofs.flatMap(({ row, state, fault }) => {
    const { sign, colour } = marks[state];
    const shown = paint(colour, `${sign} ${state.padEnd(8)}`);
    const line = `  ${row.id.padEnd(idWidth)}  ${row.priority}  ${shown}  ${row.demand}`;
    const why = fault ?? (row.open === undefined ? undefined : `open: ${row.open}`);
    return why === undefined ? [line] : [line, `${indent}${paint(fault === undefined ? "dim" : "red", why)}`];
  });
  return [head, ...lines];
}

/** Lines of the table of counts: states across, priorities down. */
export function totals(proofs: readonly Proof[], colours: boolean): string[] {
  const paint = painter(colours);
  const count = (chosen: readonly Proof[]): string =>
    [...states.map((state) => chosen.filter((proof) => proof.state === state).length), chosen.length]
      .map((number) => String(number).padStart(9))
      .join("");
  return [
    paint("bold", `     ${[...states, "rows"].map((word) => word.padStart(9)).join("")}`),
    ...priorities.map((priority) => `  ${priority} ${count(proofs.filter(({ row }) => row.priority === priority))}`),
    `  all${count(proofs)}`,
  ];
}

function isProved({ state }: Proof): boolean {
  return state === "client" || state === "protocol";
}

function painter(colours: boolean): (format: Parameters<typeof styleText>[0], text: string) => string {
  return (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text);
}
