import type { z } from "zod";

import { ConfigurationField } from "./configurationError.ts";
import { remedyOf } from "./remedies.ts";
import { shownValue } from "./shownValue.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Where a configuration does not fit its schema: an error for each field, with its path from the top.
 * @param values What was checked.
 */
export function schemaProblems(values: unknown, issues: readonly Issue[]): ConfigurationField[] {
  return issues.flatMap((issue) => problemsOf(values, issue));
}

function problemsOf(values: unknown, issue: Issue): ConfigurationField[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      // Who misspells a field may have written a secret into it.
      (key) =>
        new ConfigurationField(
          showPath([...path, key]),
          "hidden",
          "is no field of it",
          "remove it, or correct its name",
        ),
    );
  const value = at(values, path);
  if (value === undefined) return [problem(path, value, "is missing")];
  if (issue.code === "invalid_union") return [problem(path, value, "names no source, or more than one")];
  return [problem(path, value, `cannot be used, ${issue.message.toLowerCase()}`)];
}

function problem(path: Path, value: unknown, text: string): ConfigurationField {
  return new ConfigurationField(showPath(path), shownValue(path, value), text, remedyOf(path));
}

function at(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  );
}

/** A field as people write it, such as `peers[1]`. */
function showPath(path: Path): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");
}
