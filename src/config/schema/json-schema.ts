import { z } from "zod";
import { ConfigFile } from "./config-schema.ts";

// An editor sees the file before ${…} is filled in, and such a reference may be longer than the value.
const reference = "|\\$\\{[^}]+\\}";
const maxReferenceLength = 300;

/** JSON Schema (draft 2020-12) of acr-chatops.yaml, for editors; made from the schema that the bot itself uses. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  const schema = z.toJSONSchema(ConfigFile, {
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern === undefined) return;
      jsonSchema.pattern += reference;
      if (jsonSchema.maxLength !== undefined)
        jsonSchema.maxLength = Math.max(jsonSchema.maxLength, maxReferenceLength);
    },
  });
  return {
    // A key that a later version brings takes nothing: no editor need offer it.
    ...JSON.parse(JSON.stringify(schema), (_, node) => (node?.not === undefined ? node : undefined)),
    title: "acr-chatops.yaml",
    description: `Configuration of acr-chatops. Texts may hold \${NAME} for an environment variable and \${file:/path} for a mounted secret.`,
  };
}
