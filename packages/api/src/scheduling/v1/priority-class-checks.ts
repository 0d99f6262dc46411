// Rules of priority classes: names and values that are the system's own, and a value that stays.
import { type Check, forbidden, type ObjectMeta } from "@knots/machinery";
import { HIGHEST_USER_PRIORITY, SYSTEM_PREFIX, SYSTEM_PRIORITIES } from "./system-priorities.ts";

interface View {
  readonly metadata?: ObjectMeta;
  readonly value?: number;
  readonly globalDefault?: boolean;
}

/** Only the system's classes have the system's names, and only they reach its values. */
export const ownPriorities: Check<View> = function* ({ metadata, value = 0 }, { path, old }) {
  const name = metadata?.name ?? "";
  if (name.startsWith(SYSTEM_PREFIX)) {
    const fault = SYSTEM_PRIORITIES[name] === undefined ? `${name} is not a known system priority class` : undefined;
    const wrong =
      fault ??
      (SYSTEM_PRIORITIES[name] === value
        ? undefined
        : `value of ${name} PriorityClass must be ${SYSTEM_PRIORITIES[name]}`);
    if (wrong === undefined) return;
    const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${wrong}`;
    yield forbidden(path.child("metadata", "name"), detail);
  } else if (!old && value > HIGHEST_USER_PRIORITY) {
    const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
    yield forbidden(path.child("value"), detail);
  }
};

/** Pods carry the number, so it cannot change behind them. */
export const valueStays: Check<View> = function* ({ value }, { path, old }) {
  if (old && value !== old.value) yield forbidden(path.child("value"), "may not be changed in an update.");
};
