import { type Finding, ofRepeated, type Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, valueAt } from "../read/tree.ts";
import { checkKeptTags } from "../targets/retag-form.ts";
import { findForm } from "../targets/target-forms.ts";

/** Two targets that would deploy to the same place, each past the other's approvals and history. */
export function checkPlaces(tree: Tree): readonly Finding[] {
  const { value } = tree;
  const places = namesAt(value, ["targets"]).flatMap((name) => {
    const target = valueAt(value, ["targets", name]);
    const place = findForm(target)?.placeOf(target);
    return place === undefined
      ? []
      : [{ path: ["targets", name, place.key], key: JSON.stringify(place.parts) }];
  });
  const message = ([, other]: Path) => `is the place of targets.${other} already; one place has one target`;
  return [...ofRepeated(places, message), ...checkKeptTags(tree)];
}
