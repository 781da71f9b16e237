import type { AuditEntry } from "../../nouns/audit-entry.ts";
import { notice } from "../../nouns/card.ts";
import { bold, code, person, type Text, text, time } from "../../nouns/text.ts";
import { operatorRole, whyNoOperator } from "../../policy/roles.ts";
import type { AuditFilter } from "../../store/store.ts";
import { type Command, type CommandCall, Instead } from "./command.ts";
import { findImage, findRepository } from "./find-image.ts";
import { digestAlone } from "./image-reference.ts";
import { Misused } from "./typed/misused.ts";

const mostEntries = 20;

/** `audit [image or target]`: the newest entries, for operators. */
export const audit: Command = {
  name: "audit",
  usage: "audit [image or target]",
  summary: "who did what, and by which rule; refusals too",
  isFor: ({ roles }) => roles.includes(operatorRole),
  run: async (call) => {
    const stranger = whyNoOperator(call.known, call.config().roles);
    if (stranger !== undefined) {
      const { userId } = call.known.who;
      const fields = { step: "decide", userId, outcome: "refused", rule: `roles.${operatorRole}` };
      call.log.info(fields, "a command was refused");
      throw new Instead("⛔", [stranger]);
    }
    const [about, ...more] = call.words;
    if (more.length > 0) throw new Misused("One image or target, or none for everything.");
    const filter = about === undefined ? {} : await filterOf(about, call);
    const entries = await call.store.listAudit(mostEntries, filter);
    if (entries.length === 0) return notice("neutral", "📒", ["There is no entry about that."]);
    return notice("neutral", "📒", entries.map(lineOf), "Audit, newest first");
  },
};

/** A target by its name, everything of a repository, or one image. */
async function filterOf(about: string, call: CommandCall): Promise<AuditFilter> {
  // A lock of everything is written down under this name.
  if (Object.hasOwn(call.config().targets, about) || about === "all") return { target: about };
  if (digestAlone(about) !== undefined || /[:@]/.test(about.split("/").at(-1) ?? "")) {
    const { registry, repository, digest } = (await findImage(about, call)).artifact;
    return { registry, repository, digest };
  }
  const { registry, repository } = await findRepository(about, call);
  return { registry, repository };
}

function lineOf(entry: AuditEntry): Text {
  const { at, who, person: known, what, outcome, rule, detail, repository, digest, target } = entry;
  return text(
    time(at),
    "  ",
    who === undefined ? "nobody" : person(who),
    known === undefined ? "" : ` (${known})`,
    " ",
    bold(what),
    repository === undefined ? undefined : [" ", code(`${repository}@${(digest ?? "").slice(0, 19)}`)],
    target === undefined ? "" : ` on ${target}`,
    ` · ${outcome} · ${rule}`,
    detail === "" ? "" : ` · ${detail.slice(0, 160)}`,
  );
}
