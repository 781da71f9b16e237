import { describe, expect, it } from "vitest";
import { validateBlocks } from "../../demo/slack/validate-blocks.ts";
import { renderSlackNotice } from "../../src/cards/slack/block-kit-notice.ts";
import { renderTeamsNotice } from "../../src/cards/teams/adaptive-notice.ts";
import type { Notice } from "../../src/nouns/card.ts";
import { adaptiveCardProblems } from "./adaptive-card-problems.ts";

/** Compares each notice with its golden file, and holds it to what both platforms take. */
export function describeNotices(notices: Readonly<Record<string, Notice>>): void {
  describe.each(Object.entries(notices))("the %s", (name, notice) => {
    const slack = renderSlackNotice(notice);
    const teams = renderTeamsNotice(notice);

    it("says the same in Slack and in Teams as it did", async () => {
      await expect(`${JSON.stringify({ slack, teams }, null, 2)}\n`).toMatchFileSnapshot(
        `golden/${name}.json`,
      );
    });

    it("is taken by Slack and by Teams", () => {
      expect(validateBlocks(slack.blocks, "message")).toEqual([]);
      expect(slack.blocks.length).toBeGreaterThan(0);
      expect(adaptiveCardProblems(teams.card)).toEqual([]);
    });
  });
}
