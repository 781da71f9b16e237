import type { Finding, Tree } from "../read/finding.ts";
import { namesAt, valueAt } from "../read/tree.ts";
import { checkKeptTags } from "../targets/retag-form.ts";
import { findForm } from "../targets/target-forms.ts";

/** Two targets that would deploy to the same place, each past the other's approvals and history. */
export function checkPlaces(tree: Tree): readonly Finding[] {
  const { value } = tree;
  const first = new Map<string, string>();
  const doubled = namesAt(value, ["targets"]).flatMap((name) => {
    const target = valueAt(value, ["targets", name]);
    const place = findForm(target)?.placeOf(target);
    if (place === undefined) return [];
    const key = JSON.stringify(place.parts);
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    return other === undefined
      ? []
      : [
          {
            path: ["targets", name, place.key],
            message: `is the place of targets.${other} already; one place has one target`,
          },
        ];
  });
  return [...doubled, ...checkKeptTags(tree)];
}
