import { describe, expect, it } from "vitest";
import { validateBlocks } from "../../demo/slack/validate-blocks.ts";
import { buildCard } from "../../src/cards/artifact-card.ts";
import { renderSlackCard } from "../../src/cards/slack/block-kit.ts";
import { renderTeamsCard } from "../../src/cards/teams/adaptive-card.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";
import { exampleStates } from "./example-states.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// After a wanted change: `vitest run test/cards -u` writes the files anew; read the difference before you commit it.
describe.each(Object.entries(exampleStates))("the card of %s", (name, view) => {
  const { card, buttons } = buildCard(view);
  const slack = renderSlackCard(card);
  const teams = renderTeamsCard(card);

  it("says the same in Slack and in Teams as it did", async () => {
    await expect(json({ slack, teams, meanings: buttons })).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("is taken by Slack", () => {
    expect(slack.blocks.length).toBeGreaterThan(0);
    expect(validateBlocks(slack.blocks, "message")).toEqual([]);
  });

  it("is taken by Teams", () => {
    expect(teams.card).toBeDefined();
    expect(adaptiveCardProblems(teams.card)).toEqual([]);
  });

  it("has a word in its notification, at most one primary button, and a meaning for each that acts", () => {
    expect(slack.text).not.toBe("");
    expect(teams.summary).not.toBe("");
    const acting = card.buttons.flatMap((button) => (button.kind === "act" ? [button] : []));
    expect(acting.filter(({ style }) => style === "primary").length).toBeLessThan(2);
    expect(acting.map(({ reference }) => reference)).toEqual(buttons.map(({ reference }) => reference));
  });
});
