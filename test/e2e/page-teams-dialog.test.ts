import { describe, expect, it } from "vitest";
import { driveTeamsPage, seeText } from "../demo/drive-teams-page.ts";
import { maya, openDialog } from "../demo/sample-teams.ts";
import { hasChromium } from "../support/chromium.ts";

if (!hasChromium)
  process.stdout.write(
    "skipped: the dialogs of the Teams pane were not driven, as there is no /usr/bin/chromium.\n",
  );

const quarantined = "1700000005";

describe.skipIf(!hasChromium)("dialogs in the Teams pane", { timeout: 30_000 }, () => {
  const driven = driveTeamsPage();

  it("checks a dialog's inputs, submits them, shows what the bot refused, and closes with the world", async () => {
    const { page, api, complaints, showTeams } = driven();
    showTeams({ dialogs: [openDialog("dialog-reject", maya)] });
    const dialog = page.getByTestId("teams-dialog");
    await seeText(dialog, "Reject image");
    await page.getByTestId("teams-dialog-submit").click();
    await seeText(dialog, "Say why in a few words.");
    expect(api.asked).toEqual([]);

    await dialog.locator("textarea").fill("two criticals");
    api.answer("/teams/submit", () => ({ body: { ok: false, errors: { reason: "Name the report." } } }));
    const submit = api.next("/teams/submit");
    await page.getByTestId("teams-dialog-submit").click();
    expect((await submit).body).toEqual({
      dialogId: "d-dialog-reject",
      user: maya,
      values: { reason: "two criticals" },
    });
    await seeText(dialog.getByRole("alert"), "Name the report.");
    expect(await dialog.locator("textarea").inputValue()).toBe("two criticals");
    expect(await dialog.locator("textarea").getAttribute("aria-invalid")).toBe("true");

    showTeams({ dialogs: [] });
    await dialog.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  it("says which of several buttons was pressed, and that a failed submission is still open", async () => {
    const { page, api, showTeams } = driven();
    const actions = ["Approve", "Decline"].map((title) => ({
      type: "Action.Submit",
      title,
      data: { title },
    }));
    const body = [
      { type: "Input.Text", id: "why" },
      { type: "Input.Toggle", id: "tell", title: "Tell" },
    ];
    const card = { type: "AdaptiveCard", version: "1.5", body, actions };
    showTeams({ dialogs: [{ id: "d2", user: maya, title: "Decide", card }] });
    api.answer("/teams/submit", () => ({ body: { outcome: "failed", errors: {} } }));
    const submit = api.next("/teams/submit");
    await page.getByTestId("teams-action-decline").click();
    const values = { why: "", tell: "false" };
    expect((await submit).body).toEqual({ dialogId: "d2", user: maya, values, verb: "Decline" });
    await seeText(page.getByTestId("teams-dialog"), "Something went wrong. Please try again.");
  });

  it("shows what the world says is wrong with an open dialog, and survives one that is no card", async () => {
    const { page, pane, message, showTeams } = driven();
    const dialog = openDialog("dialog-reject", maya);
    showTeams({ dialogs: [{ ...dialog, errors: { reason: "Too short." } }] });
    await seeText(page.getByTestId("teams-dialog").getByRole("alert"), "Too short.");
    showTeams({ dialogs: [{ ...dialog, id: "broken", card: { type: "Nothing" } }] });
    await seeText(pane, "Reject image");
    await message(quarantined).waitFor();
  });

  it("keeps the keyboard in a dialog; Escape and Cancel close it for the bot too", async () => {
    const { page, api, showTeams } = driven();
    showTeams({ dialogs: [openDialog("dialog-deploy", maya)] });
    await page.getByTestId("teams-dialog").waitFor();
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press("Tab");
      expect(await page.locator("[data-testid=teams-dialog] :focus").count()).toBe(1);
    }
    const wanted = { dialogId: "d-dialog-deploy", user: maya };
    const escaped = api.next("/teams/close");
    await page.keyboard.press("Escape");
    expect((await escaped).body).toEqual(wanted);
    const cancelled = api.next("/teams/close");
    await page.getByTestId("teams-dialog-cancel").click();
    expect((await cancelled).body).toEqual(wanted);
  });
});
