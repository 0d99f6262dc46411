// What `kubectl get cronjobs` shows.
import { age, ageSince, type Column } from "@knots/machinery";
import { selectorText } from "../../apps/v1/workload-columns.ts";
import { count, NONE, type Shown, text, wide } from "../../columns.ts";
import { containersText } from "../../core/v1/template-columns.ts";
import type { JobSpec } from "./job-spec.ts";

interface Spec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly suspend?: boolean;
  readonly jobTemplate?: { readonly spec: JobSpec };
}
type View = Shown<Spec, { readonly active?: readonly unknown[]; readonly lastScheduleTime?: string }>;

const suspended: Column = {
  name: "Suspend",
  type: "boolean",
  doc: "Whether no jobs are made for now.",
  cell: ({ spec }: View) => (spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False"),
};
const template = ({ spec }: View) => spec.jobTemplate?.spec.template;

export const cronJobColumns: readonly Column[] = [
  text("Schedule", "When jobs are made.", ({ spec }: View) => spec.schedule ?? ""),
  text("Timezone", "Time zone of the schedule.", ({ spec }: View) => spec.timeZone ?? NONE),
  suspended,
  count("Active", "Jobs that run now.", ({ status }: View) => status?.active?.length),
  text("Last Schedule", "Time since a job was last made.", ({ status }: View, now) =>
    status?.lastScheduleTime === undefined ? NONE : ageSince(status.lastScheduleTime, now),
  ),
  age(),
  wide(text("Containers", "Names of the containers.", (view: View) => containersText("name", template(view)))),
  wide(text("Images", "Images of the containers.", (view: View) => containersText("image", template(view)))),
  wide(
    text("Selector", "Which pods belong to its jobs.", ({ spec }: View) =>
      selectorText(spec.jobTemplate?.spec.selector),
    ),
  ),
];
