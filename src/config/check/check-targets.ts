import type { Finding, Tree } from "../read/finding.ts";
import { namesAt, valueAt } from "../read/tree.ts";
import { findForm } from "../targets/target-forms.ts";

/** What one target's keys must be together, by its type. */
export function checkTargets({ value, written }: Tree): readonly Finding[] {
  return namesAt(value, ["targets"]).flatMap((name) => {
    const path = ["targets", name];
    const target = valueAt(value, path);
    const found = findForm(target)?.check({ value: target, written: valueAt(written, path) }) ?? [];
    return found.map((one) => ({ ...one, path: [...path, ...one.path] }));
  });
}
