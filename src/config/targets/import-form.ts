import { z } from "zod";
import * as part from "../parts/schema-parts.ts";
import type { Finding } from "../read/finding.ts";
import { textAt, valueAt } from "../read/tree.ts";
import { credentialKey } from "./azure-keys.ts";
import { targetBase } from "./schema-target-base.ts";
import { none, noSecrets, ownTimeoutMs, sharesRepository, type TargetForm } from "./target-form.ts";

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

const schema = part.mapping(
  {
    type: z.literal("import").describe("Copies the image with what refers to it, by Azure itself."),
    ...targetBase,
    credential: credentialKey,
    into,
  },
  "must be a target of type import",
);

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
  overlap: (one, other, name) =>
    JSON.stringify(one.into) === JSON.stringify(other.into) && sharesRepository(one, other)
      ? { path: ["into"], message: `is filled by ${name} as well, from the same repositories` }
      : undefined,
  files: none,
  resolve: ({ type, credential, into }) => ({ type, credential, into }),
};

// OCI distribution specification: parts of a repository's name.
const namePart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${namePart}(?:\\/${namePart})*$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

function checkInto(target: unknown): readonly Finding[] {
  const path = ["into"];
  if (typeof valueAt(target, path) !== "object") return [];
  const repository = textAt(target, [...path, "repository"]) ?? "{repository}";
  const tag = textAt(target, [...path, "tag"]) ?? "{tag}";
  const findings: Finding[] = [];
  if (!repositoryPattern.test(repository.replaceAll("{repository}", "a").replaceAll("{name}", "a")))
    findings.push({
      path: [...path, "repository"],
      message:
        "is no repository; write a name in lower case, with {repository} or {name}, such as prod/{name}",
    });
  if (!tagPattern.test(tag.replaceAll("{tag}", "a")))
    findings.push({
      path: [...path, "tag"],
      message: "is no tag; write a tag, with {tag} for the image's own",
    });
  const same = textAt(target, [...path, "registry"]) === textAt(target, ["registry"]);
  if (same && repository === "{repository}" && tag === "{tag}")
    findings.push({ path, message: "is where the image comes from; name another registry or repository" });
  return findings;
}
