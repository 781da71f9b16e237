import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { quotedUnlessSecret } from "../../src/config/check/secret-places.ts";
import { isSecretKey } from "../../src/config/parts/schema-parts.ts";
import { configJsonSchema } from "../../src/config/schema/json-schema.ts";

type Node = z.core.JSONSchema._JSONSchema | undefined;

/** Where the schema has secrets, as paths of a file; those of targets have a test of their own. */
function secretPaths(node: Node, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof node !== "object") return [];
  if (node.writeOnly === true) return [path];
  const below: readonly (readonly [string, unknown])[] = [
    ...Object.entries(node.properties ?? {}).filter(([key]) => path.length > 0 || key !== "targets"),
    ["any", node.additionalProperties],
    ["0", node.items],
  ];
  return [
    ...below.flatMap(([key, one]) => secretPaths(one as Node, [...path, key])),
    ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((one) => secretPaths(one, path)),
  ];
}

const paths = secretPaths(configJsonSchema()).map((path) => [path.join("."), path] as const);

describe("a secret of the configuration", () => {
  it("is looked for where the schema has one", () => {
    expect(paths.map(([place]) => place)).toEqual(
      expect.arrayContaining([
        "registries.any.webhook.secrets.0",
        "credentials.any.secret",
        "server.tokens.0.secret",
        "slack.botToken",
        "teams.workflows.any",
      ]),
    );
  });

  it.each(paths)("is never quoted: %s", (_, path) => {
    expect(quotedUnlessSecret(path, "plain")).toBeUndefined();
  });

  it.each(paths)("is kept out of the log and the revision by its key, or as an address: %s", (_, path) => {
    const isAddress = ["webhooks", "workflows"].includes(path.at(-2) ?? "");
    expect(isAddress || path.some(isSecretKey)).toBe(true);
  });
});
