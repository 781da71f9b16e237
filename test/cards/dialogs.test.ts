import { describe, expect, it } from "vitest";
import { validateView } from "../../demo/slack/validate-view.ts";
import { buildCard } from "../../src/cards/artifact-card.ts";
import { isImmediate, opensDialog } from "../../src/cards/buttons/button-verbs.ts";
import { acceptOffer, suggestOffer } from "../../src/cards/buttons/suggestion-offer.ts";
import { buildDetailsDialog } from "../../src/cards/details-dialog.ts";
import type { ArtifactView } from "../../src/cards/facets/artifact-view.ts";
import { buildOrderDialog, glassBroken, glassInputId, orderKindOf } from "../../src/cards/order-dialog.ts";
import { renderSlackDialog } from "../../src/cards/slack/block-kit-dialog.ts";
import { renderTeamsDetails, renderTeamsDialog } from "../../src/cards/teams/adaptive-dialog.ts";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Dialog } from "../../src/nouns/dialog.ts";
import { type ButtonMeaning, buttonVerbs } from "../../src/nouns/request.ts";
import { plainOf } from "../../src/nouns/text.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";
import { toProduction } from "./example-operation-states.ts";
import { exampleStates } from "./example-states.ts";
import { beforeDigest, cluster, minutes, priya, sven, thisDigest, view } from "./example-view.ts";

function dialogFor(state: string, verb: ButtonMeaning["verb"], changes: Partial<ArtifactView> = {}): Dialog {
  const shown = { ...(exampleStates[state] ?? view()), ...changes };
  const meaning = buildCard(shown).buttons.find((button) => button.verb === verb);
  if (meaning === undefined) throw new Error(`the card of ${state} has no button for ${verb}`);
  return opensDialog(meaning)
    ? buildOrderDialog(shown, meaning)
    : buildDetailsDialog(
        shown,
        [
          { at: minutes(0), step: "receive", what: "push by webhook from westus" },
          { at: minutes(1), step: "verify", what: "contoso confirmed digest and tag" },
        ],
        meaning.reference,
      );
}

function acceptDialog(): Dialog {
  const shown = exampleStates["live-on-staging-only"] ?? view();
  const { registry, repository, digest } = shown.artifact;
  const { meaning } = acceptOffer({
    suggestion: {
      id: "suggestion-1",
      wish: { kind: "deploy", registry, repository, digest, tag: "1.4.2", target: "production" },
      by: priya,
      at: minutes(50),
      expiresAt: minutes(290),
      roles: ["deployer"],
    },
    channel: shown.channel,
    subject: subjectOf(shown.artifact),
    incarnation: 1,
  });
  if (!opensDialog(meaning)) throw new Error("to accept has to ask");
  return buildOrderDialog(shown, meaning);
}

const dialogs: Readonly<Record<string, Dialog>> = {
  "dialog-release": dialogFor("quarantined", "release"),
  "dialog-reject": dialogFor("quarantined", "reject"),
  "dialog-deploy": dialogFor("pushed-for-two-targets", "deploy"),
  "dialog-deploy-observed": dialogFor("pushed", "deploy", { mode: "observe" }),
  "dialog-redeploy": dialogFor("live", "redeploy"),
  "dialog-rollback": dialogFor("live", "rollback"),
  "dialog-details": dialogFor("live", "details"),
  "dialog-promote": dialogFor("locked", "deploy"),
  "dialog-decline": dialogFor("awaiting-one-more", "decline"),
  "dialog-accept": acceptDialog(),
  "dialog-details-of-a-rollout": dialogFor("rolling-out", "details", {
    operations: [
      toProduction({
        state: "running",
        startedAt: minutes(45),
        votes: [
          { who: priya, vote: "approve", at: minutes(42) },
          { who: sven, vote: "approve", at: minutes(44), reason: "Checked on staging" },
        ],
        journal: {
          steps: [
            { name: "read", begunAt: minutes(45), doneAt: minutes(45) + 412 },
            { name: "patch", begunAt: minutes(45) + 500, doneAt: minutes(46) },
            { name: "rollout", begunAt: minutes(46) },
          ],
          notes: { generation: "7" },
        },
        progress: "2 of 3 pods are updated",
        link: "https://status.contoso.example/runs/41",
      }),
    ],
  }),
};

describe.each(Object.entries(dialogs))("the %s", (name, dialog) => {
  const slack = renderSlackDialog(dialog);
  const teams = renderTeamsDialog(dialog);

  it("says the same in Slack and in Teams as it did", async () => {
    await expect(`${JSON.stringify({ slack, teams }, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("is taken by Slack and by Teams", () => {
    expect(validateView(slack)).toEqual([]);
    expect(adaptiveCardProblems(teams.card)).toEqual([]);
  });

  it("carries nothing but the reference", () => {
    expect(slack.private_metadata).toBe(dialog.reference);
    expect(teams.card.actions ?? []).toHaveLength(dialog.submit === undefined ? 0 : 1);
  });
});

describe("in Teams", () => {
  const golden = (name: string, shown: unknown) =>
    expect(`${JSON.stringify({ teams: shown }, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);

  it("details stand in the place of the card, with a way back", async () => {
    const card = renderTeamsDetails(dialogs["dialog-details"] ?? dialogFor("live", "details"));
    expect(adaptiveCardProblems(card)).toEqual([]);
    await golden("dialog-details-in-place", card);
  });

  it("a dialog that is shown again says on top what is wrong, and keeps what was entered", async () => {
    const wrong = { errors: { reason: "Say why, in a few words." }, values: { reason: "ok" } };
    const again = renderTeamsDialog(dialogs["dialog-release"] ?? dialogFor("quarantined", "release"), wrong);
    expect(adaptiveCardProblems(again.card)).toEqual([]);
    await golden("dialog-release-again", again);
  });
});

describe("a dialog", () => {
  it("wants a reason for a review and takes one for a deploy", () => {
    const inputs = ["dialog-release", "dialog-reject", "dialog-deploy"].map(
      (name) => dialogs[name]?.inputs[0],
    );
    expect(inputs.map((input) => input?.kind === "text" && input.required)).toEqual([true, true, false]);
    expect(inputs.map((input) => input?.kind === "text" && input.maxLength)).toEqual([500, 500, 500]);
  });

  it("of a roll back names both digests", () => {
    const said = JSON.stringify(dialogs["dialog-rollback"]);
    expect(said).toContain(beforeDigest.slice(0, 19));
    expect(said).toContain(thisDigest.slice(0, 19));
  });

  it("of details shows the whole digest", () => {
    expect(JSON.stringify(dialogs["dialog-details"])).toContain(thisDigest);
  });

  it("in observe mode says that nothing will change", () => {
    expect(JSON.stringify(dialogs["dialog-deploy-observed"])).toContain("would have happened");
    expect(JSON.stringify(dialogs["dialog-deploy"])).not.toContain("would have happened");
  });

  it("of a target says what it does there, what it takes first, who approves, and what holds it", () => {
    const said = (dialogs["dialog-promote"]?.body ?? []).map(plainOf);
    expect(said).toContain("Patches deployment/checkout in shop, container app.");
    expect(said.join("\n")).toMatch(/First 30 min on staging: it runs there since 2026-11-09T12:06/);
    expect(said).toContain(
      "✋ It starts once 2 people of release-manager have approved it, not you, within 4 h.",
    );
    expect(said.at(-1)).toMatch(/^🚧 Nothing starts there now: production is locked by Sven Aalto/);
  });

  it("asks whether to break the glass only where somebody may, and not by default", () => {
    const glassOf = (dialog: Dialog | undefined) => dialog?.inputs.find(({ id }) => id === glassInputId);
    expect(glassOf(dialogs["dialog-promote"])).toMatchObject({
      initial: "no",
      options: [{ value: "no" }, { value: glassBroken }],
    });
    const nobody = { ...cluster, allow: { ...cluster.allow, breakGlass: [] } };
    const { targets } = exampleStates.locked ?? view();
    const closed = dialogFor("locked", "deploy", {
      targets: targets.map((target) => (target.name === "production" ? nobody : target)),
    });
    expect([closed, dialogs["dialog-decline"], dialogs["dialog-release"]].map(glassOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("of a Decline names what is declined and how far it is, and wants no reason", () => {
    const dialog = dialogs["dialog-decline"];
    const said = (dialog?.body ?? []).map(plainOf).join("\n");
    expect(said).toContain("Decline: Deploy to production: shop/checkout:1.4.2");
    expect(said).toContain("1 of 2 approvals: Priya Nair");
    expect(dialog).toMatchObject({ danger: true, inputs: [{ id: "reason", required: false }] });
  });

  it("of a Decline still asks where the operation is not known any more", () => {
    const shown = exampleStates["awaiting-approval"] ?? view();
    const meaning = buildCard(shown).buttons.find(({ verb }) => verb === "decline");
    if (meaning === undefined || !opensDialog(meaning)) throw new Error("there is no Decline");
    const said = buildOrderDialog({ ...shown, operations: [] }, meaning).body.map(plainOf);
    expect(said[0]).toBe("Decline: shop/checkout:1.4.2");
  });

  it("of a suggestion is that of what was suggested, and says by whom", () => {
    const said = (dialogs["dialog-accept"]?.body ?? []).map(plainOf);
    expect(said[1]).toBe(
      "Suggested by Priya Nair. You become the one who asks; neither of you can approve it.",
    );
    expect(dialogs["dialog-accept"]).toMatchObject({ title: "Deploy image", submit: "Deploy" });
    expect(dialogs["dialog-accept"]?.inputs.map(({ id }) => id)).toEqual(["reason", "glass"]);
  });

  it("of a suggested release wants a reason", () => {
    const shown = exampleStates.quarantined ?? view();
    const { registry, repository, digest } = shown.artifact;
    const wish = { kind: "release", registry, repository, digest, expectedQuarantine: "held" } as const;
    const suggestion = { id: "s", wish, by: priya, at: 1, expiresAt: 2, roles: ["release-manager"] };
    const place = { channel: shown.channel, subject: subjectOf(shown.artifact), incarnation: 1 };
    const { meaning } = acceptOffer({ suggestion, ...place });
    if (!opensDialog(meaning)) throw new Error("to accept has to ask");
    expect(orderKindOf(meaning)).toBe("release");
    expect(buildOrderDialog(shown, meaning)).toMatchObject({
      title: "Release image",
      inputs: [{ id: "reason", required: true }],
    });
  });

  it("is not opened by what one click does", () => {
    const verbs = buttonVerbs.filter((verb) => isImmediate({ verb }));
    expect(verbs).toEqual(["approve", "cancel", "suggest"]);
    const place = { channel: "slack:C1", subject: "contoso/shop/checkout@sha256:a", incarnation: 1 } as const;
    const wish = {
      kind: "deploy",
      registry: "contoso",
      repository: "shop/checkout",
      digest: "sha256:a",
    } as const;
    const { button, meaning } = suggestOffer({ ...place, wish, roles: ["release-manager", "operator"] });
    expect(button.label).toBe("Suggest to release-manager, operator");
    expect(opensDialog(meaning)).toBe(false);
    expect(meaning).toMatchObject({ verb: "suggest", wish, reference: button.reference });
  });

  it("of details names each step with its times, and each vote", () => {
    const said = (dialogs["dialog-details-of-a-rollout"]?.body ?? []).map(plainOf);
    expect(said.filter((line) => /patch|rollout|read/.test(line))).toEqual([
      expect.stringMatching(/^✔️ read 2026-11-09T12:45:00.000Z, took 0.4 s$/),
      expect.stringMatching(/^✔️ patch .*, took 60 s$/),
      expect.stringMatching(/^⏳ rollout begun 2026-11-09T12:46:00.000Z$/),
    ]);
    expect(said.filter((line) => line.startsWith("👍"))).toHaveLength(2);
  });

  it("is cut to Slack's limits, and an empty choice is left out", () => {
    const long = "🚢".repeat(5000);
    const dialog: Dialog = {
      title: long,
      submit: long,
      danger: false,
      body: Array.from({ length: 200 }, () => [{ kind: "plain", text: long }]),
      inputs: [
        {
          kind: "text",
          id: "a",
          label: long,
          hint: long,
          placeholder: long,
          multiline: false,
          required: true,
          maxLength: 99_999,
        },
        { kind: "choice", id: "b", label: long, options: [] },
        {
          kind: "choice",
          id: "c",
          label: long,
          initial: "2",
          options: Array.from({ length: 150 }, (_, index) => ({ value: `${index}`, label: long })),
        },
      ],
      reference: "r",
    };
    expect(validateView(renderSlackDialog(dialog))).toEqual([]);
    expect(renderSlackDialog(dialog).blocks.map((block) => block.block_id)).not.toContain("b");
  });
});
