import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigFile } from "../../src/config/schema/config-schema.ts";
import { configJsonSchema } from "../../src/config/schema/json-schema.ts";
import { targetBase } from "../../src/config/targets/schema-target-base.ts";
import { formOf, targetTypes } from "../../src/config/targets/target-forms.ts";
import { exampleInGuide, examples, guideTo } from "./target-support.ts";

type Schema = z.core.JSONSchema.JSONSchema;
const text = await readFile(new URL("../../docs/configuration.md", import.meta.url), "utf8");
const schema = configJsonSchema();

function sectionOf(key: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${key}\n`)) ?? "";
}

/** Every key under a schema, at any depth. */
function keysUnder(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  const { properties, additionalProperties, items, anyOf, oneOf } = node as Schema;
  const below = [
    ...Object.values(properties ?? {}),
    additionalProperties,
    items,
    ...(anyOf ?? []),
    ...(oneOf ?? []),
  ];
  return [...Object.keys(properties ?? {}), ...below.flatMap(keysUnder)];
}

const sharedKeys = keysUnder(z.toJSONSchema(z.object(targetBase), { io: "input" }));

describe("docs/configuration.md", () => {
  it.each(Object.keys(ConfigFile.shape))("has a section about %s, with every key in it", (key) => {
    const section = sectionOf(key);
    expect(section).not.toBe("");
    const keys = key === "targets" ? ["type", ...sharedKeys] : keysUnder(schema.properties?.[key]);
    for (const one of new Set(keys)) expect(section, one).toMatch(new RegExp(`[\`.]${one}[\`.]`));
  });

  it.each(targetTypes)("leaves the keys of the type %s to its section of docs/targets.md", (type) => {
    const section = guideTo(type);
    const keys = keysUnder(z.toJSONSchema(formOf(type).schema, { io: "input" }));
    for (const one of new Set(keys.filter((key) => key !== "type" && !sharedKeys.includes(key))))
      expect(section, one).toMatch(new RegExp(`[\`.]${one}[\`.]`));
  });

  it.each(targetTypes)("shows a target of type %s that is right", (type) => {
    const example = exampleInGuide(type);
    expect(formOf(type).schema.safeParse(example)).toMatchObject({ success: true });
    const found = formOf(type).check({ value: example, written: example });
    // A reference in a secret's place is no secret yet.
    expect(found.filter(({ path }) => !formOf(type).hiddenKeys.includes(path.join(".")))).toEqual([]);
  });

  it("has no section about a key that is not there", () => {
    const sections = [...text.matchAll(/^## ([a-z]\w*)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(Object.keys(ConfigFile.shape));
  });
});

describe("the JSON Schema", () => {
  it("refuses unknown keys, knows the defaults, and takes what is filled in later", () => {
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(["registries"]);
    expect(schema.properties?.mode).toMatchObject({ default: "notify", enum: ["notify", "observe", "act"] });
    const registry = z.object({
      additionalProperties: z.object({ properties: z.record(z.string(), z.looseObject({})) }),
    });
    const { properties } = registry.parse(schema.properties?.registries).additionalProperties;
    const pattern = new RegExp(String(properties.loginServer?.pattern));
    expect(pattern.test("contoso.azurecr.io")).toBe(true);
    expect(pattern.test(`\${LOGIN_SERVER}`)).toBe(true);
    expect(pattern.test("https://contoso.azurecr.io")).toBe(false);
  });

  it("takes the right examples of each type of target, and no type's keys in another", () => {
    const targets = schema.properties?.targets as Schema;
    const target = z.fromJSONSchema(targets.additionalProperties as Schema);
    for (const [type, text] of Object.entries(examples)) {
      const example: Record<string, unknown> = parse(text);
      expect(target.safeParse(example).success, type).toBe(true);
      expect(target.safeParse({ ...example, type: "magic" }).success, type).toBe(false);
      expect(target.safeParse({ ...example, other: 1 }).success, type).toBe(false);
    }
  });

  it("describes every section", () => {
    for (const [key, section] of Object.entries(schema.properties ?? {}))
      expect((section as Schema).description, key).toMatch(/\w/);
  });
});
