import { previousTagOf } from "../../nouns/target.ts";
import * as grammar from "../parts/grammar.ts";
import * as part from "../parts/schema-parts.ts";
import { type Finding, ofValue, type Tree } from "../read/finding.ts";
import { namesAt, textAt } from "../read/tree.ts";
import { targetMapping } from "./schema-target-base.ts";
import {
  none,
  noSecrets,
  ownKeysOf,
  ownTimeoutMs,
  sharesRepository,
  type TargetForm,
} from "./target-form.ts";

const schema = targetMapping("retag", "Moves an environment tag.", {
  tag: part
    .boundedText("must be a tag: letters, digits, . _ and -, at most 128 characters", 128, grammar.tag)
    .describe("The environment tag that it moves."),
});

/** Moves an environment tag in the registry. */
export const retagForm: TargetForm<"retag", typeof schema> = {
  schema,
  otherNames: [],
  timeoutMs: ownTimeoutMs,
  runsOneImage: false,
  seesHealth: false,
  registries: [{ path: ["registry"], uses: ["read", "write"] }],
  ...noSecrets,
  check: none,
  advise: none,
  placeOf: () => undefined,
  overlap: (one, other, name) => {
    const isSame = one.tag === other.tag && sharesRepository(one, other);
    return ofValue(["tag"], isSame && `is moved by ${name} as well, in the same repositories`);
  },
  files: none,
  resolve: ownKeysOf,
};

interface Tagged {
  readonly name: string;
  readonly registry: string;
  readonly tag: string;
}

/** Tags that would be moved by one target and keep the previous image of another. */
export function checkKeptTags({ value }: Tree): readonly Finding[] {
  const retags = namesAt(value, ["targets"]).flatMap((name): readonly Tagged[] => {
    const [type, registry, tag] = ["type", "registry", "tag"].map((key) =>
      textAt(value, ["targets", name, key]),
    );
    return type === "retag" && registry !== undefined && tag !== undefined ? [{ name, registry, tag }] : [];
  });
  return retags.flatMap((one, index) =>
    ofValue(["targets", one.name, "tag"], tagProblem(one, retags, retags.slice(0, index))),
  );
}

function tagProblem(one: Tagged, all: readonly Tagged[], before: readonly Tagged[]): string | undefined {
  const others = (list: readonly Tagged[]) => list.filter((other) => other.registry === one.registry);
  const kept = others(all).find((other) => previousTagOf(other) === one.tag);
  if (kept !== undefined)
    return `is the tag under which targets.${kept.name} keeps its previous image; choose another`;
  // Tags of 128 characters are cut to make room.
  const sharing = others(before).find(
    (other) => other.tag !== one.tag && previousTagOf(other) === previousTagOf(one),
  );
  return sharing === undefined
    ? undefined
    : `and that of targets.${sharing.name} begin alike and are too long to keep their previous images apart; choose a shorter one`;
}
