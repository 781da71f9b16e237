import { parseFreezeWindow } from "../../nouns/freeze-window.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";
import { quotedUnlessSecret } from "./secret-places.ts";

/** Freeze windows that are none: days, times or zones that are not there. */
export function checkWindows(tree: Tree): readonly Finding[] {
  const places: readonly Path[] = [
    ["freeze"],
    ...namesAt(tree.value, ["targets"]).map((name) => ["targets", name, "freeze"]),
  ];
  return places.flatMap((place) => {
    const one = textAt(tree.value, place);
    const texts = one === undefined ? textsAt(tree.value, place) : [{ path: place, text: one }];
    return texts.flatMap(({ path, text }) => {
      const parsed = text === "" ? undefined : parseFreezeWindow(text);
      if (parsed === undefined || parsed.ok) return [];
      const quote = quotedUnlessSecret(path, valueAt(tree.written, path));
      return [{ path, message: quote === undefined ? parsed.problem : `${quote} ${parsed.problem}` }];
    });
  });
}
