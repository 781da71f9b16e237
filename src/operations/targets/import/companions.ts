import { z } from "zod";
import type { Job, Step } from "../../target-port.ts";
import { askHowItIs } from "../send-once.ts";
import { type ImportContext, lagPollMs, lookAtImport, readyPlace, replicaLagMs, startImport } from "./arm.ts";
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
        const names =
          tag === undefined
            ? { targetTags: [], untaggedTargetRepositories: [place.repository] }
            : { targetTags: [`${place.repository}:${tag}`], untaggedTargetRepositories: [] };
        const operation = await startImport(context, place, `${image.repository}@${digest}`, names, signal);
        imports.push({ digest, ...(operation === undefined ? {} : { operation }) });
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

/** Waits for those imports. */
export function followCompanions(context: ImportContext, { image }: Job): Step {
  return {
    name: "follow-companions",
    says: "wait until what refers to the image is imported",
    changes: false,
    run: ({ notes, begunAt, signal }) =>
      askHowItIs(async () => {
        const place = readyPlace(context, image);
        const imports = CompanionImports.parse(JSON.parse(notes[companionsNote] ?? "[]"));
        for (const { digest, operation } of imports) {
          // What was answered with 200 is there.
          if (operation === undefined) continue;
          const word = await lookAtImport(context, operation, signal);
          if (typeof word !== "string") return word;
          const { destinationReader, repository } = place;
          const there = await destinationReader.readAttributes(repository, digest, { signal });
          if (there !== undefined) continue;
          const outcome = `the image is imported, but ${digest}, which refers to it, is not there`;
          if (word === "unreadable" || context.deps.now() - begunAt < replicaLagMs)
            return { kind: "wait", afterMs: lagPollMs, progress: outcome };
          return { kind: "in-doubt", outcome };
        }
        return { kind: "done" };
      }),
  };
}
