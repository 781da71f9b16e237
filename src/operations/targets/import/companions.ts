import { z } from "zod";
import { present } from "../../../present.ts";
import type { Job, Step } from "../../target-port.ts";
import { followStep } from "../follow-step.ts";
import { followImport, type ImportContext, readyPlace, startImport } from "./arm.ts";
import { findCompanions } from "./find-companions.ts";

const companionsNote = "companions";

/** Asks for the imports of everything that refers to the image. */
export function copyCompanions(context: ImportContext, { image }: Job): Step {
  return {
    name: "copy-companions",
    says: "import what refers to the image",
    changes: true,
    run: async ({ signal }) => {
      const place = readyPlace(context, image);
      const found = await findCompanions(place.reader, image.repository, image.digest, signal);
      const imports: CompanionImport[] = [];
      for (const { digest, tag } of found.companions) {
        const operation = await startImport(context, place, `${image.repository}@${digest}`, tag, signal);
        imports.push({ digest, ...present({ operation }) });
      }
      const count = found.companions.length;
      const more = found.isCut ? "; there are more, which were left out" : "";
      return {
        kind: "done",
        notes: { [companionsNote]: JSON.stringify(imports) },
        ...(count === 0 ? {} : { outcome: `with ${count} that refer to it${more}` }),
      };
    },
  };
}

const CompanionImports = z
  .array(
    z.object({
      digest: z.string(),
      operation: z.object({ url: z.string(), kind: z.enum(["status", "location"]) }).optional(),
    }),
  )
  .catch([]);
type CompanionImport = z.infer<typeof CompanionImports>[number];

/** The step that waits for those imports. */
export function followCompanions(context: ImportContext, { image }: Job): Step {
  const says = "wait until what refers to the image is imported";
  return followStep({ name: "follow-companions", says }, async (run) => {
    const { destinationReader, repository } = readyPlace(context, image);
    const imports = CompanionImports.parse(JSON.parse(run.notes[companionsNote] ?? "[]"));
    // What was answered with 200 is there.
    for (const { digest, operation } of imports.filter((one) => one.operation !== undefined)) {
      const missing = async () => {
        const { signal } = run;
        if ((await destinationReader.readAttributes(repository, digest, { signal })) !== undefined)
          return undefined;
        const outcome = `the image is imported, but ${digest}, which refers to it, is not there`;
        return { progress: outcome, outcome };
      };
      const ended = await followImport(context, operation, missing, run);
      if (ended !== undefined) return ended;
    }
    return { kind: "done" };
  });
}
