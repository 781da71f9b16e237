import { describe, expect, it } from "vitest";
import { validateView } from "../../demo/slack/validate-view.ts";
import { renderTeamsDetails, renderTeamsDialog } from "../../src/cards/adaptive-dialog.ts";
import { buildCard } from "../../src/cards/artifact-card.ts";
import type { ArtifactView } from "../../src/cards/artifact-view.ts";
import { asks, buildAskDialog } from "../../src/cards/ask-dialog.ts";
import { renderSlackDialog } from "../../src/cards/block-kit-dialog.ts";
import { buildDetailsDialog } from "../../src/cards/details-dialog.ts";
import type { Dialog } from "../../src/nouns/dialog.ts";
import type { ButtonMeaning } from "../../src/nouns/request.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";
import { exampleStates } from "./example-states.ts";
import { beforeDigest, minutes, thisDigest, view } from "./example-view.ts";

function dialogFor(state: string, verb: ButtonMeaning["verb"], changes: Partial<ArtifactView> = {}): Dialog {
  const shown = { ...(exampleStates[state] ?? view()), ...changes };
  const meaning = buildCard(shown).buttons.find((button) => button.verb === verb);
  if (meaning === undefined) throw new Error(`the card of ${state} has no button for ${verb}`);
  return asks(meaning)
    ? buildAskDialog(shown, meaning)
    : buildDetailsDialog(
        shown,
        [
          { at: minutes(0), step: "receive", what: "push by webhook from westus" },
          { at: minutes(1), step: "verify", what: "contoso confirmed digest and tag" },
        ],
        meaning.reference,
      );
}

const dialogs: Readonly<Record<string, Dialog>> = {
  "dialog-release": dialogFor("quarantined", "release"),
  "dialog-reject": dialogFor("quarantined", "reject"),
  "dialog-deploy": dialogFor("pushed-for-two-targets", "deploy"),
  "dialog-deploy-observed": dialogFor("pushed", "deploy", { mode: "observe" }),
  "dialog-redeploy": dialogFor("live", "redeploy"),
  "dialog-rollback": dialogFor("live", "rollback"),
  "dialog-details": dialogFor("live", "details"),
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
