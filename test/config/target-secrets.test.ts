import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formOf, targetTypes } from "../../src/config/targets/target-forms.ts";
import type { TargetType } from "../../src/nouns/target.ts";
import { exampleInGuide } from "./target-support.ts";

type Path = readonly string[];

/** The keys of a schema that hold secrets, wherever they stand. */
function secretPaths(schema: unknown): readonly Path[] {
  if (!(schema instanceof z.ZodType)) return [];
  if (z.globalRegistry.get(schema)?.writeOnly === true) return [[]];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return secretPaths(schema.unwrap());
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, part]) =>
    secretPaths(part).map((path) => [key, ...path]),
  );
}

/** The example of a type with another secret; `rivals` are keys that may stand in its place. */
function withSecret(type: TargetType, path: Path, secret: string, rivals: Path) {
  const [first = "", ...rest] = path;
  const file = Object.fromEntries(
    Object.entries(exampleInGuide(type)).filter(([key]) => key === first || !rivals.includes(key)),
  );
  const value = rest.length === 0 ? secret : { ...Object(file[first]), [rest.join(".")]: secret };
  return { ...file, [first]: value };
}

const secret = "k3y-0f-a-target-that-nobody-may-read";

describe("a secret of a target", () => {
  it.each(targetTypes)(
    "of type %s is kept out of lines, quotes and the revision, wherever the schema has one",
    (type) => {
      const form = formOf(type);
      const paths = secretPaths(form.schema);
      const rivals = paths.map(([key = ""]) => key);
      for (const path of paths) {
        const own = form.resolve(form.schema.parse(withSecret(type, path, secret, rivals)));
        expect(JSON.stringify(own), path.join(".")).toContain(secret);
        expect(form.secrets(own), path.join(".")).toContain(secret);
        expect(JSON.stringify(form.withoutSecrets(own)), path.join(".")).not.toContain(secret);
        expect(form.hiddenKeys).toContain(path.join("."));
      }
    },
  );

  it("is looked for where the schemas have them", () => {
    const found = targetTypes.flatMap((type) =>
      secretPaths(formOf(type).schema).map((path) => [type, ...path]),
    );
    expect(found).toContainEqual(["github", "app", "privateKey"]);
    expect(found).toContainEqual(["github", "token"]);
    expect(found).toContainEqual(["http", "secret"]);
  });
});
