import { describe, expect, it } from "vitest";
import { actionsIn } from "../../../demo/teams/card-parts.ts";
import { buildCard } from "../../../src/cards/artifact-card.ts";
import { renderTeamsCard } from "../../../src/cards/teams/adaptive-card.ts";
import { submitCard } from "../../../src/cards/teams/submit-card.ts";
import { adaptiveCardProblems } from "../adaptive-card-problems.ts";
import { exampleStates } from "../example-states.ts";

const actions = (card: object) => actionsIn(card as Record<string, unknown>);

describe("a card for clients without Action.Execute", () => {
  it.each(Object.entries(exampleStates))("has the same buttons, by Action.Submit: %s", (_name, view) => {
    const { card } = renderTeamsCard(buildCard(view).card);
    if (card === undefined) throw new Error("no card");
    const submitted = submitCard(card);
    expect(JSON.stringify(submitted)).not.toContain("Action.Execute");
    expect(adaptiveCardProblems(submitted)).toEqual([]);
    const [before, after] = [actions(card), actions(submitted)];
    const shown = (one: Record<string, unknown>) => [one.id, one.title, one.style, one.mode];
    expect(after.map(shown)).toEqual(before.map(shown));
    for (const [index, { type, verb, data }] of before.entries()) {
      if (type !== "Action.Execute") expect(after[index]).toEqual(before[index]);
      else if (verb === "details")
        expect(after[index]?.data).toEqual({ msteams: { type: "task/fetch" }, ...(data as object) });
      else expect(after[index]?.data).toEqual(data);
    }
  });
});
