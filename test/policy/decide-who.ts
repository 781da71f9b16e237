import {
  breaking,
  deployer,
  freezeAll,
  glassy,
  held,
  locks,
  modeOf,
  no,
  ofPlacement,
  type Row,
  redeploy,
  reject,
  release,
  rollback,
  withArtifact,
  yes,
} from "./decide-rows.ts";
import { anArtifact, digest, onProduction, otherDigest } from "./questions.ts";

export const membershipRows: readonly Row[] = [
  ["anybody before the workspace is known", { home: undefined }, no("membership")],
  ["somebody of another workspace", { who: { tenant: "T0OTHER" } }, no("membership")],
  ...(["guest", "outsider", "bot", "deactivated", "unknown"] as const).map(
    (membership): Row => [`a ${membership} who holds every role`, { who: { membership } }, no("membership")],
  ),
  [
    "a guest who breaks the glass",
    onProduction({ who: { membership: "guest" }, roles: ["oncall"], wish: breaking() }),
    no("membership"),
  ],
];

export const modeRows: readonly Row[] = [
  ["everything where the bot only notifies", {}, no("mode"), { mode: "notify" }],
  ["everything on a target that is only notified of", {}, no("mode"), modeOf("act", "notify")],
  ["a target that may act where the bot only notifies", {}, no("mode"), modeOf("notify", "act")],
  ["breaking the glass where the bot only notifies", onProduction(glassy()), no("mode"), { mode: "notify" }],
  ["breaking the glass on a notified target", onProduction(glassy()), no("mode"), modeOf("act", "notify")],
  ["a target that acts in a bot that acts", {}, yes(deployer), modeOf("act", "act")],
];

export const roleRows: readonly Row[] = [
  ["a deploy by a deployer", {}, yes(deployer)],
  ["who has no role", { roles: [] }, no("targets.staging.allow.deploy", "deployer")],
  ["who has another role", { roles: ["reviewer"] }, no("targets.staging.allow.deploy", "deployer")],
  ["a role by another spelling", { roles: ["Deployer"] }, no("targets.staging.allow.deploy", "deployer")],
  [
    "a roll back by its own role",
    { wish: rollback, roles: ["operator"], ...ofPlacement(otherDigest, digest) },
    yes("targets.staging.allow.rollback: operator"),
  ],
  [
    "a roll back by who may only deploy",
    { wish: rollback, roles: ["deployer"], ...ofPlacement(otherDigest, digest) },
    no("targets.staging.allow.rollback", "operator"),
  ],
  [
    "a redeploy by who may only roll back",
    { wish: redeploy, roles: ["operator"], ...ofPlacement(digest) },
    no("targets.staging.allow.deploy", "deployer"),
  ],
  [
    "anybody where the configuration names nobody",
    { wish: { target: "closed" } },
    no("targets.closed.allow.deploy"),
  ],
  ["a target that is not configured", { wish: { target: "moon" } }, no("target")],
  ["no target at all", { wish: { target: undefined } }, no("target")],
  ["a target named like a built-in", { wish: { target: "constructor" } }, no("target")],
  [
    "a release by who may only deploy",
    { wish: release, roles: ["deployer"], ...withArtifact(held("Quarantined")) },
    no("registries.contoso.allow.release", "reviewer"),
  ],
  [
    "a release in a registry that names nobody",
    { wish: { ...release, registry: "fabrikam" }, ...withArtifact(held("Quarantined")) },
    no("registries.fabrikam.allow.release"),
  ],
  ["a release in an unknown registry", { wish: { ...release, registry: "nowhere" } }, no("registry")],
  [
    "a release in a registry named like a built-in",
    { wish: { ...release, registry: "toString" } },
    no("registry"),
  ],
];

export const reviewRows: readonly Row[] = [
  [
    "a release of a held image",
    { wish: release, ...withArtifact(held("Quarantined")) },
    yes("registries.contoso.allow.release: reviewer"),
  ],
  [
    "a release of a rejected image, on second thoughts",
    { wish: release, ...withArtifact(held("Failed")) },
    yes("registries.contoso.allow.release: reviewer"),
  ],
  [
    "a release by who saw it held, of what was rejected since",
    { wish: { ...release, expectedQuarantine: "held" }, ...withArtifact(held("Failed")) },
    no("quarantine"),
  ],
  [
    "a reject by another role that may",
    { wish: reject, roles: ["security"], ...withArtifact(held("Quarantined")) },
    yes("registries.contoso.allow.reject: security"),
  ],
  ["a release of what is not quarantined", { wish: release }, no("quarantine")],
  ["a release of what was released", { wish: release, ...withArtifact(held("Passed")) }, no("quarantine")],
  ["a reject of what was rejected", { wish: reject, ...withArtifact(held("Failed")) }, no("quarantine")],
  [
    "a release without a reason",
    { wish: { ...release, reason: "  " }, ...withArtifact(held("Quarantined")) },
    no("reason"),
  ],
  [
    "a release under a freeze of everything",
    { wish: release, facts: { artifact: anArtifact(held("Quarantined")), ...locks(freezeAll) } },
    no("freeze all"),
  ],
  [
    "a reviewer who breaks a glass to get past it",
    {
      wish: { ...release, breakGlass: true },
      facts: { artifact: anArtifact(held("Quarantined")), ...locks(freezeAll) },
    },
    no("breakGlass"),
  ],
];
