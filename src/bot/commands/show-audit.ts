import type { AuditEntry } from "../../nouns/audit-entry.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import { bold, code, type Span, type Text, text } from "../../nouns/text.ts";
import { operatorRole, whyNoOperator } from "../../policy/roles.ts";
import type { AuditFilter } from "../../store/store.ts";
import { type Command, type CommandCall, type CommandDeps, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { readImageReference } from "./image-reference.ts";

const mostEntries = 20;

/** `audit [image or target]`: the newest entries, for operators. */
export const audit: Command = {
  name: "audit",
  usage: "audit [image or target]",
  summary: "who did what, and by which rule; refusals too",
  isFor: ({ roles }) => roles.includes(operatorRole),
  run: async (call, deps) => {
    const stranger = whyNoOperator(call.known, deps.config().roles);
    if (stranger !== undefined) {
      deps.log.info(
        { step: "decide", userId: call.known.who.userId, outcome: "refused", rule: `roles.${operatorRole}` },
        "a command was refused",
      );
      return notice("warning", "⛔", [stranger]);
    }
    const [about, ...more] = call.words;
    if (more.length > 0) return usageNotice(audit, call, "One image or target, or none for everything.");
    const filter = about === undefined ? {} : await filterOf(about, call, deps);
    if ("lines" in filter) return filter;
    const entries = await deps.store.listAudit(mostEntries, filter);
    if (entries.length === 0) return notice("neutral", "📒", ["There is no entry about that."]);
    return notice("neutral", "📒", entries.map(lineOf), "Audit, newest first");
  },
};

/** A target by its name, everything of a repository, or one image. */
async function filterOf(about: string, call: CommandCall, deps: CommandDeps): Promise<AuditFilter | Notice> {
  const { targets, registries } = deps.config();
  // A lock of everything is written down under this name.
  if (Object.hasOwn(targets, about) || about === "all") return { target: about };
  const read = readImageReference(about, registries);
  if (read.kind === "unclear") return notice("warning", "❔", [read.why]);
  const { registry, repository, tag, digest } = read.image;
  if (tag === undefined && digest === undefined) return { registry, repository };
  const found = await findImage(about, call, deps);
  return found.kind === "not-found" ? found.answer : { registry, repository, digest: found.artifact.digest };
}

function lineOf(entry: AuditEntry): Text {
  const { at, who, person, what, outcome, rule, detail, repository, digest, target } = entry;
  const by: readonly (Span | string)[] = who === undefined ? ["nobody"] : [{ kind: "person", who }];
  const image = repository === undefined ? [] : [" ", code(`${repository}@${(digest ?? "").slice(0, 19)}`)];
  return text(
    { kind: "time", at },
    "  ",
    ...by,
    person === undefined ? "" : ` (${person})`,
    " ",
    bold(what),
    ...image,
    target === undefined ? "" : ` on ${target}`,
    ` · ${outcome} · ${rule}`,
    detail === "" ? "" : ` · ${detail.slice(0, 160)}`,
  );
}
