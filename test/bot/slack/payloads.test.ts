import { describe, expect, it } from "vitest";
import type { SlackHome } from "../../../src/bot/slack/home.ts";
import { BlockActions, placeOfEvent, slackPrincipal, TypedMessage } from "../../../src/bot/slack/payloads.ts";

const alone: SlackHome = { teamId: "T0DEMO0001", botId: "B1", botUserId: "U0ACRBOT01" };
const onGrid: SlackHome = { ...alone, enterpriseId: "E0GRID0001" };

/** The workspace that whoever clicked is taken for, before Slack is asked. */
function tenantOfClick(claims: { user?: unknown; team?: unknown; enterprise?: unknown }, home: SlackHome) {
  const { user, team, enterprise } = BlockActions.parse({
    ...{ trigger_id: "1", actions: [{ action_id: "acr:deploy" }] },
    ...{
      team: { id: "T0DEMO0001" },
      enterprise: { id: "E0GRID0001" },
      user: { id: "U0MAYA0001" },
      ...claims,
    },
  });
  return slackPrincipal(user, { team: team?.id, enterprise: enterprise?.id }, home).tenant;
}

describe("a click", () => {
  it.each(["E0GRID0001", "T0SECOND01", null])(
    "of a grid is ours, whatever workspace it names: %s",
    (team_id) => {
      expect(tenantOfClick({ user: { id: "U0MAYA0001", team_id } }, onGrid)).toBe("T0DEMO0001");
    },
  );

  it("in another workspace of our grid is ours, and in one of another grid is not", () => {
    expect(tenantOfClick({ team: { id: "T0SECOND01" } }, onGrid)).toBe("T0DEMO0001");
    const elsewhere = { team: { id: "T0OTHER001" }, enterprise: { id: "E0OTHER001" } };
    expect(tenantOfClick(elsewhere, onGrid)).toBe("T0OTHER001");
    expect(tenantOfClick({ ...elsewhere, team: null }, onGrid)).toBe("E0OTHER001");
    expect(tenantOfClick({ ...elsewhere, enterprise: null }, onGrid)).toBe("T0OTHER001");
  });

  it("outside of a grid is a foreigner's as soon as anything in it says so", () => {
    const enterprise = null;
    expect(tenantOfClick({ enterprise }, alone)).toBe("T0DEMO0001");
    expect(tenantOfClick({ enterprise, team: { id: "T0OTHER001" } }, alone)).toBe("T0OTHER001");
    const user = { id: "U0STRANGE1", team_id: "T0OTHER001" };
    expect(tenantOfClick({ enterprise, user }, alone)).toBe("T0OTHER001");
    expect(tenantOfClick({ enterprise: { id: "E0OTHER001" }, team: null }, alone)).toBe("E0OTHER001");
  });
});

describe("an event", () => {
  const shared = {
    team_id: "T0OTHER001",
    authorizations: [{ team_id: "T0DEMO0001", is_bot: true }],
    event: { type: "app_mention", user: "U0MAYA0001", channel: "C0RELEASES", ts: "1", text: "help" },
  };

  it("in a channel that another company shared is for the installation that it is authorized for", () => {
    expect(placeOfEvent(shared, alone).team).toBe("T0DEMO0001");
    const both = [{ team_id: "T0OTHER001" }, ...shared.authorizations];
    expect(placeOfEvent({ ...shared, authorizations: both }, alone).team).toBe("T0DEMO0001");
    const theirs = [{ team_id: "T0OTHER001" }];
    expect(placeOfEvent({ ...shared, team_id: "T0DEMO0001", authorizations: theirs }, alone).team).toBe(
      "T0OTHER001",
    );
  });

  it("without authorizations is for the workspace of its envelope", () => {
    expect(placeOfEvent({ team_id: "T0DEMO0001" }, alone).team).toBe("T0DEMO0001");
    expect(placeOfEvent({ team_id: "T0OTHER001", authorizations: [] }, alone).team).toBe("T0OTHER001");
  });

  it("that names no workspace of the person's is read", () => {
    const nobody = { ...shared.event, team: null, user_team: null };
    expect(TypedMessage.safeParse(nobody).success).toBe(true);
  });
});
