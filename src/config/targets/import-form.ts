import * as grammar from "../parts/grammar.ts";
import * as part from "../parts/schema-parts.ts";
import { type Finding, ofValue } from "../read/finding.ts";
import { textAt, valueAt } from "../read/tree.ts";
import { credentialKey } from "./azure-keys.ts";
import { targetMapping } from "./schema-target-base.ts";
import {
  none,
  noSecrets,
  ownKeysOf,
  ownTimeoutMs,
  sharesRepository,
  type TargetForm,
} from "./target-form.ts";

const into = part.mapping(
  {
    registry: part.name.describe("The registry that it is copied into; it needs a resourceId."),
    repository: part
      .boundedText("must be a repository, in which {repository} or {name} is filled in", 255)
      .default("{repository}")
      .describe("Where to; {repository} is the whole name, {name} its last part."),
    tag: part
      .boundedText("must be a tag, in which {tag} is filled in", 128)
      .default("{tag}")
      .describe("The tag that it gets; {tag} is its own."),
  },
  "must be { registry, repository, tag }",
);

const schema = targetMapping("import", "Copies the image with what refers to it, by Azure itself.", {
  credential: credentialKey,
  into,
});

/** Copies the image into another repository or registry. */
export const importForm: TargetForm<"import", typeof schema> = {
  schema,
  otherNames: ["acr"],
  timeoutMs: ownTimeoutMs,
  runsOneImage: false,
  seesHealth: false,
  registries: [
    { path: ["registry"], uses: ["read"], byArmId: true },
    // Where an import came out is seen by reading there.
    { path: ["into", "registry"], uses: ["read"], byArmId: true },
  ],
  ...noSecrets,
  check: ({ value }) => checkInto(value),
  advise: none,
  placeOf: () => undefined,
  overlap: (one, other, name) => {
    const isSame = JSON.stringify(one.into) === JSON.stringify(other.into) && sharesRepository(one, other);
    return ofValue(["into"], isSame && `is filled by ${name} as well, from the same repositories`);
  },
  files: none,
  resolve: ownKeysOf,
};

// OCI distribution specification: parts of a repository's name.
const namePart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${namePart}(?:\\/${namePart})*$`);

function checkInto(target: unknown): readonly Finding[] {
  const path = ["into"];
  if (typeof valueAt(target, path) !== "object") return [];
  const repository = textAt(target, [...path, "repository"]) ?? "{repository}";
  const tag = textAt(target, [...path, "tag"]) ?? "{tag}";
  const fitsRepository = repositoryPattern.test(repository.replaceAll(/\{(?:repository|name)\}/g, "a"));
  const isSameRegistry = textAt(target, [...path, "registry"]) === textAt(target, ["registry"]);
  const isSame = isSameRegistry && repository === "{repository}" && tag === "{tag}";
  return [
    ...ofValue(
      [...path, "repository"],
      !fitsRepository &&
        "is no repository; write a name in lower case, with {repository} or {name}, such as prod/{name}",
    ),
    ...ofValue(
      [...path, "tag"],
      !grammar.tag.test(tag.replaceAll("{tag}", "a")) &&
        "is no tag; write a tag, with {tag} for the image's own",
    ),
    ...ofValue(path, isSame && "is where the image comes from; name another registry or repository"),
  ];
}
