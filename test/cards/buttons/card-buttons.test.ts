import { describe, expect, it } from "vitest";
import { sharedReference } from "../../../src/cards/buttons/button-reference.ts";
import { buttonsOf } from "../../../src/cards/buttons/card-buttons.ts";
import type { ArtifactView } from "../../../src/cards/facets/artifact-view.ts";
import type { ArtifactKind } from "../../../src/nouns/artifact.ts";
import { aKubernetesTarget } from "../../support/a-target.ts";
import { exampleStates } from "../example-states.ts";
import {
  artifact,
  beforeDigest,
  digestOf,
  operation,
  placement,
  production,
  staging,
  tag,
  thisDigest,
  view,
} from "../example-view.ts";

const labels = (shown: ArtifactView): readonly string[] => buttonsOf(shown).buttons.map(({ label }) => label);
const meaning = (shown: ArtifactView, verb: string) =>
  buttonsOf(shown).meanings.find((known) => known.verb === verb);
const both = { targets: [staging, production] };
const live = {
  placements: [placement("staging", { digest: beforeDigest }, {})],
  previous: new Map([["staging", beforeDigest]]),
};
const onStaging = ["Roll back staging to 1.4.1…", "Redeploy on staging…"];
const links = ["Details", "Portal"];

describe("the buttons of a state", () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    pushed: ["Deploy to staging…", "Details", "Portal"],
    "pushed-in-notify-mode": ["Portal"],
    "pushed-in-observe-mode": ["Deploy to staging…", "Details", "Portal"],
    "pushed-for-two-targets": ["Deploy to staging…", "Deploy to production…", "Details", "Portal"],
    unverified: ["Details", "Portal"],
    mismatched: ["Details", "Portal"],
    "taken-back": [],
    disputed: ["Details", "Portal"],
    quarantined: ["Release…", "Reject…", "Details", "Portal"],
    releasing: ["Details", "Portal"],
    released: ["Deploy to staging…", "Details", "Portal"],
    rejected: ["Review again…", "Details", "Portal"],
    "release-failed": ["Retry release…", "Reject…", "Details", "Portal"],
    "deploy-queued": ["Cancel", "Details", "Portal"],
    deploying: ["Details", "Portal"],
    live: ["Roll back staging to 1.4.1…", "Redeploy…", "Details", "Portal"],
    "live-on-one-of-two": [
      "Promote to production…",
      "Roll back staging to 1.4.1…",
      "Redeploy on staging…",
      "Details",
      "Portal",
    ],
    "live-on-staging-only": ["Promote to production…", ...onStaging, ...links],
    "awaiting-approval": ["Approve", "Decline…", ...onStaging, ...links],
    "awaiting-one-more": ["Approve", "Decline…", ...onStaging, ...links],
    "awaiting-while-another-runs": ["Approve", "Decline…", ...links],
    "approved-and-queued": ["Cancel", ...onStaging, ...links],
    "rolling-out": ["Cancel", ...onStaging, "Details", "Log", "Portal"],
    cancelling: [...onStaging, ...links],
    cancelled: ["Promote to production…", ...onStaging, "Details", "Log", "Portal"],
    declined: ["Deploy to production…", ...links],
    expired: ["Deploy to production…", ...links],
    "failed-and-changed": [
      "Retry deploy to production…",
      "Roll back production to 1.4.1…",
      "Redeploy on staging…",
      "Details",
      "Log",
      "Portal",
    ],
    "failed-and-going-back": ["Cancel", ...onStaging, "Details", "Log", "Portal"],
    "failed-and-gone-back": ["Promote to production…", ...onStaging, "Details", "Log", "Portal"],
    "failed-and-unchanged": ["Retry deploy to production…", ...onStaging, "Details", "Log", "Portal"],
    "production-in-doubt": ["Retry deploy to production…", ...onStaging, "Details", "Log", "Portal"],
    locked: ["Promote to production…", ...onStaging, ...links],
    "live-on-both": [...onStaging, "Roll back production to 1.4.1…", "Redeploy on production…", ...links],
    "rollback-awaits-approval": ["Approve", "Decline…", "Redeploy on staging…", ...links],
    "live-and-replaced": ["Roll back staging to 1.4.1…", "Redeploy…", "Details", "Portal"],
    "rolling-back": ["Details", "Portal"],
    failed: ["Retry deploy…", "Details", "Portal"],
    "in-doubt": ["Retry deploy…", "Details", "Portal"],
    replaced: ["Details", "Portal"],
    deleted: [],
    "deleted-while-live": [],
    "live-without-a-platform": ["Redeploy…", "Details", "Portal"],
    "labels-not-readable": ["Deploy to staging…", "Details", "Portal"],
    "repository-deleted": [],
    frozen: ["Portal"],
    "incoming-webhook": ["Portal"],
  };

  it.each(Object.entries(expected))("%s: %j", (state, wanted) => {
    expect(labels(exampleStates[state] ?? view())).toEqual(wanted);
  });

  it("has Release as primary and Reject as danger", () => {
    const styles = buttonsOf(exampleStates.quarantined ?? view()).buttons.map(
      (button) => button.kind === "act" && button.style,
    );
    expect(styles).toEqual(["primary", "danger", "default", false]);
  });

  it("cannot be reviewed where nobody may", () => {
    expect(labels({ ...(exampleStates.quarantined ?? view()), reviewable: false })).toEqual([
      "Details",
      "Portal",
    ]);
  });

  it.each<ArtifactKind>(["legacy-chart", "signature", "sbom", "attestation", "other", "unknown"])(
    "never deploys a %s",
    (kind) => {
      expect(labels(view({ artifact: artifact({ kind }) }))).toEqual(["Details", "Portal"]);
    },
  );

  it("offers a Helm chart to no target that runs images, and the way back where one was put all the same", () => {
    const chart = artifact({ kind: "helm-chart" });
    expect(
      labels(view({ artifact: chart, targets: [staging, aKubernetesTarget({ name: "production" })] })),
    ).toEqual(["Deploy to staging…", ...links]);
    const put = [placement("production", { digest: beforeDigest }, {})];
    const previous = new Map([["production", beforeDigest]]);
    const targets = [aKubernetesTarget({ name: "production" })];
    expect(labels(view({ artifact: chart, targets, placements: put, previous }))).toEqual([
      "Roll back production to 1.4.1…",
      ...links,
    ]);
  });

  it("offers at most four targets, the one that failed first", () => {
    const targets = ["a", "b", "c", "d", "e", "f"].map((name) => ({ ...staging, name, tag: name }));
    const failed = operation({ target: "e", state: "failed" });
    expect(labels(view({ targets, operations: [failed] })).slice(0, 5)).toEqual([
      "Retry deploy to e…",
      "Deploy to a…",
      "Deploy to b…",
      "Deploy to c…",
      "Details",
    ]);
  });

  it("keeps the other target's buttons while one is busy", () => {
    expect(labels(view({ ...both, operations: [operation({ state: "running" })] }))).toEqual([
      "Deploy to production…",
      "Details",
      "Portal",
    ]);
  });

  it("takes no portal address that is not https", () => {
    expect(labels(view({ portalUrl: "javascript:alert(1)" }))).toEqual(["Deploy to staging…", "Details"]);
  });

  it("has no Roll back where nothing ran before", () => {
    expect(labels(view({ placements: [placement("staging", {})] }))).toEqual([
      "Redeploy…",
      "Details",
      "Portal",
    ]);
  });
});

describe("what a button stands for", () => {
  it("is the digest of the card and the tag that it shows", () => {
    expect(meaning(view(), "deploy")).toMatchObject({
      subject: `contoso/shop/checkout@${thisDigest}`,
      digest: thisDigest,
      tag: "1.4.2",
      target: "staging",
      channel: "slack:C0RELEASES",
    });
  });

  it("is of a roll back the digest before, and what runs now", () => {
    expect(meaning(view(live), "rollback")).toMatchObject({
      digest: beforeDigest,
      expectedCurrent: thisDigest,
      target: "staging",
    });
    expect(meaning(view(live), "rollback")).not.toHaveProperty("tag");
  });

  it("has no tag where the image has none", () => {
    expect(meaning(exampleStates["pushed-without-tag"] ?? view(), "deploy")).not.toHaveProperty("tag");
  });

  it("names itself the same as long as nothing changed", () => {
    expect(buttonsOf(view(live))).toEqual(buttonsOf(view(live)));
  });

  it("gets a new name after an operation of its kind, and keeps it after others", () => {
    const before = meaning(view(), "deploy")?.reference;
    const failed = operation({ state: "failed" });
    expect(meaning(view({ operations: [failed] }), "deploy")?.reference).not.toBe(before);
    expect(meaning(view({ operations: [{ ...failed, target: "production" }] }), "deploy")?.reference).toBe(
      before,
    );
  });

  it("has a name of its own per channel, incarnation, verb, target, tag and digest", () => {
    const views = [
      view(both),
      view({ ...both, channel: "slack:C0PLATFORM" }),
      view({ ...both, artifact: artifact({ incarnation: 2 }) }),
      view({ ...both, artifact: artifact({ digest: digestOf("f") }) }),
      view({ ...both, artifact: artifact({ announcedTag: "latest" }) }),
    ];
    const all = views.flatMap((shown) => buttonsOf(shown).meanings.filter(({ verb }) => verb !== "details"));
    expect(new Set(all.map(({ reference }) => reference)).size).toBe(all.length);
    expect(all.length).toBe(10);
    expect(all.every(({ reference }) => /^[\w-]{43}$/.test(reference))).toBe(true);
  });

  it("is deployed by a tag that points here, never by one that points elsewhere", () => {
    const moved = view({ tags: [tag("latest")], namedTag: tag("1.4.2", digestOf("e")) });
    expect(meaning(moved, "deploy")).toMatchObject({ tag: "latest" });
  });
});

it("begin alike on the artifact's cards in every channel, and are no longer alike once they were used", () => {
  const deployIn = (shown: ArtifactView) => meaning(shown, "deploy")?.reference ?? "";
  const slack = deployIn(view());
  const teams = deployIn(view({ channel: "teams:19:releases@thread.tacv2" }));
  expect([slack, teams]).toEqual([
    expect.stringMatching(/^[\w-]{43}$/),
    expect.stringMatching(/^[\w-]{43}$/),
  ]);
  expect(teams).not.toBe(slack);
  expect(sharedReference(teams)).toBe(sharedReference(slack));
  const used = deployIn(view({ operations: [operation({ state: "failed" })] }));
  expect(used).not.toBe("");
  expect(sharedReference(used)).not.toBe(sharedReference(slack));
});

it("begin alike before and after the image got another name: two dialogs of one button are one operation", () => {
  const deployIn = (shown: ArtifactView) => meaning(shown, "deploy")?.reference ?? "";
  const before = deployIn(view());
  const after = deployIn(view({ tags: [tag("latest")], artifact: artifact({ announcedTag: "latest" }) }));
  expect(after).not.toBe(before);
  expect(sharedReference(after)).toBe(sharedReference(before));
});
