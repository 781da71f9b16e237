import { z } from "zod";
import type { TargetType } from "../../nouns/target.ts";
import * as part from "../parts/schema-parts.ts";

const windowForm = 'must be a window such as "Fri 16:00 - Mon 08:00 Europe/Berlin"';
const window = part.boundedText(windowForm, 100);

/** One freeze window, or a list of them. */
export const freezeWindows = z.union([window, part.list(window, `${windowForm}, or a list of such`, 50)], {
  error: `${windowForm}, or a list of such`,
});

/** How long an approval is waited for, where the configuration does not say. */
export const defaultExpiry = "4h";

const rollbackApprovals = part.mapping(
  {
    count: part
      .wholeNumber("must be a whole number, 0 to 10", 0, 10)
      .describe("How many people must agree to a roll back; with 0 one person goes back at once."),
    from: part.roles
      .min(1, { error: "must name at least one of roles" })
      .optional()
      .describe("Roles of which one is needed; those of the approvals by default."),
  },
  "must be { count: 1 }",
);

const approvals = part.mapping(
  {
    count: part
      .wholeNumber("must be a whole number, 1 to 10", 1, 10)
      .describe("How many people must agree; who asked is none of them."),
    from: part.roles
      .min(1, { error: "must name at least one of roles" })
      .describe("Roles of which one is needed to approve."),
    expires: part.duration
      .default(defaultExpiry)
      .describe("How long an answer is waited for, from 1m to 7d."),
    rollback: rollbackApprovals
      .optional()
      .describe("Who must agree before a roll back starts; nobody by default."),
  },
  "must be { count: 2, from: [role] }",
);

const after = part.mapping(
  {
    target: part.name.describe("The target on which an image must have been before."),
    soak: part.duration.default("0s").describe("For how long, at most 30d."),
  },
  "must be { target, soak: 1h }",
);

const allow = part
  .mapping(
    {
      deploy: part.roles.default([]).describe("May deploy and redeploy."),
      rollback: part.roles.default([]).describe("May roll back."),
      lock: part.roles.optional().describe("May lock and unlock; who may deploy, by default."),
      breakGlass: part.roles
        .default([])
        .describe("May go past approvals, soak, freeze and locks, with a reason."),
    },
    "must be { deploy: [role], rollback: [role], lock: [role], breakGlass: [role] }",
  )
  .prefault({})
  .describe("Roles by action; an action that is not named is allowed to nobody.");

/** What every target has, whatever its type; `ownKeysOf` leaves it out. */
export const targetBase = {
  registry: part.name.describe("The only registry whose images it takes."),
  repositories: part
    .list(part.glob, "must be a list of patterns such as shop/**")
    .min(1, { error: "must name at least one pattern such as shop/**" })
    .describe("Patterns of repositories; a leading ! excludes."),
  allow,
  approvals: approvals.optional().describe("Who must agree before a deploy starts."),
  after: after.optional().describe("The target on which an image must have been before it may come here."),
  freeze: freezeWindows.default([]).describe("Weekly windows in which nothing is deployed."),
  rollbackInFreeze: part
    .oneOf(["allow", "hold"])
    .default("allow")
    .describe("Whether freezes hold roll backs to what was healthy there before."),
  mode: part.oneOf(["notify", "observe", "act"]).optional().describe("Stricter than the bot's own mode."),
  timeout: part.duration
    .optional()
    .describe("How long a deploy may take, health included: 10m, or 60m where another system deploys."),
  rollbackOnFailure: part.yesOrNo
    .default(false)
    .describe("After a deploy that does not become healthy, goes back by itself."),
  replaces: part
    .list(
      part.boundedText("must be a pattern of an image without tag and digest, such as docker.io/shop/*", 256),
      "must be a list of patterns such as docker.io/shop/*",
    )
    .default([])
    .describe("Other images that it may replace besides the repository's own."),
  logs: part
    .oneOf(["link", "tail"])
    .default("link")
    .describe("What of another system's log goes to chat: a link, or its end without secrets."),
} as const;

/** The keys of one type of target: those that all have, and its own. */
export function targetMapping<Type extends TargetType, Own extends z.core.$ZodShape>(
  type: Type,
  what: string,
  own: Own,
) {
  const kind = z.literal(type).describe(what);
  return part.mapping({ type: kind, ...targetBase, ...own }, `must be a target of type ${type}`);
}
