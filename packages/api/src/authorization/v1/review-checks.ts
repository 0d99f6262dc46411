// Rules of questions about access.
import { type Check, invalid } from "@knots/machinery";

interface QuestionView {
  readonly resourceAttributes?: object;
  readonly nonResourceAttributes?: object;
}

/** A question is about a resource or about a path. */
export const oneAccess: Check<QuestionView> = function* ({ resourceAttributes, nonResourceAttributes }, { path }) {
  if (resourceAttributes && nonResourceAttributes) {
    const detail = "cannot be specified in combination with resourceAttributes";
    yield invalid(path.child("nonResourceAttributes"), nonResourceAttributes, detail);
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    yield invalid(path.child("resourceAttributes"), null, detail);
  }
};

export const someSubject: Check<{ readonly user?: string; readonly groups?: readonly string[] }> = function* (
  { user = "", groups = [] },
  { path },
) {
  if (user === "" && groups.length === 0) {
    yield invalid(path.child("user"), user, "at least one of user or group must be specified");
  }
};
