// What `kubectl get` shows of flow schemas and priority levels.
import { age, type Column, conditionOf, type Json } from "@knots/machinery";
import { NONE, type Shown, text } from "../../columns.ts";

interface ConditionView {
  readonly type: string;
  readonly status: string;
}
interface StatusView {
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
}
interface SchemaSpec {
  readonly priorityLevelConfiguration: { readonly name: string };
  readonly matchingPrecedence?: number;
  readonly distinguisherMethod?: { readonly type: string };
}
type SchemaView = Shown<SchemaSpec | undefined, StatusView>;

const dangling = ({ status }: SchemaView): string =>
  conditionOf((status?.conditions ?? []) as readonly ConditionView[], "Dangling")?.status ?? "?";

const number = <T>(name: string, doc: string, cell: (object: T) => Json): Column => ({
  ...text(name, doc, cell),
  type: "integer",
});

export const flowSchemaColumns: readonly Column[] = [
  text(
    "PriorityLevel",
    "Priority level of the requests.",
    ({ spec }: SchemaView) => spec?.priorityLevelConfiguration.name ?? "",
  ),
  number(
    "MatchingPrecedence",
    "Which schema wins; the lowest.",
    ({ spec }: SchemaView) => spec?.matchingPrecedence ?? 0,
  ),
  text(
    "DistinguisherMethod",
    "How requests form flows.",
    ({ spec }: SchemaView) => spec?.distinguisherMethod?.type ?? NONE,
  ),
  age(),
  text("MissingPL", "Whether the priority level does not exist.", dangling),
];

interface LevelSpec {
  readonly type: string;
  readonly limited?: {
    readonly nominalConcurrencyShares?: number;
    readonly limitResponse?: {
      readonly queuing?: { readonly queues?: number; readonly handSize?: number; readonly queueLengthLimit?: number };
    };
  };
  readonly exempt?: { readonly nominalConcurrencyShares?: number };
}
type LevelView = Shown<LevelSpec | undefined>;

const queuing = ({ spec }: LevelView) => spec?.limited?.limitResponse?.queuing;
const shares = ({ spec }: LevelView): Json =>
  spec?.limited?.nominalConcurrencyShares ?? spec?.exempt?.nominalConcurrencyShares ?? NONE;

export const priorityLevelColumns: readonly Column[] = [
  text("Type", "Whether it is limited.", ({ spec }: LevelView) => spec?.type ?? ""),
  text("NominalConcurrencyShares", "Its share of the server's seats.", shares),
  text("Queues", "Number of queues.", (level: LevelView) => queuing(level)?.queues ?? NONE),
  text("HandSize", "Queues that each flow is dealt.", (level: LevelView) => queuing(level)?.handSize ?? NONE),
  text(
    "QueueLengthLimit",
    "Requests that may wait in one queue.",
    (level: LevelView) => queuing(level)?.queueLengthLimit ?? NONE,
  ),
  age(),
];
