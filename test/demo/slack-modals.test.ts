import { describe, expect, it } from "vitest";
import { card, plain } from "./sample-blocks.ts";
import type { Heard } from "./slack-tiny-bot.ts";
import { refusal, startWorld } from "./slack-tiny-bot.ts";

const channel = "C0RELEASES";
const maya = "U0MAYA0001";
const modal = {
  type: "modal" as const,
  callback_id: "release",
  private_metadata: "sha256:1",
  notify_on_close: true,
  title: plain("Release"),
  submit: plain("Release"),
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input" as const, action_id: "text", max_length: 20 },
    },
    {
      type: "input" as const,
      block_id: "target",
      optional: true,
      label: plain("Target"),
      element: {
        type: "static_select" as const,
        action_id: "pick",
        options: ["staging", "production"].map((name) => ({ text: plain(name), value: name })),
      },
    },
  ],
};
const reason = { reason: { text: { value: "CVE fixed" } } } as const;

type World = Awaited<ReturnType<typeof startWorld>>;

async function postCard(world: World, ...values: readonly string[]): Promise<string> {
  const { ts } = await world.client.chat.postMessage({ channel, text: "card", blocks: card(...values) });
  return String(ts);
}

async function openModal(world: World): Promise<string> {
  const { triggerId } = await world.workspace.command({ channel, user: maya, text: "/acr release" });
  const opened = await world.client.views.open({ trigger_id: triggerId, view: modal });
  return String(opened.view?.id);
}

describe("trigger ids", () => {
  it("open one view, within three seconds", async () => {
    let now = 1_763_762_400_000;
    await using world = await startWorld(undefined, { now: () => now });
    const trigger = async () =>
      (await world.workspace.command({ channel, user: maya, text: "/acr" })).triggerId;
    const open = (triggerId: string) =>
      refusal(world.client.views.open({ trigger_id: triggerId, view: modal }));
    const used = await trigger();
    now += 3000;
    expect((await open(used)).error).toBe("none");
    expect((await open(used)).error).toBe("exchanged_trigger_id");
    const late = await trigger();
    now += 3001;
    expect((await open(late)).error).toBe("expired_trigger_id");
    expect((await open("12345.98765.abcd2358fdea")).error).toBe("invalid_trigger_id");
  });
});

describe("modals", () => {
  it("goes from a click to a view to a submission", async () => {
    await using world = await startWorld();
    const { workspace, client } = world;
    world.answer(async ({ fields }: Heard) => {
      if (fields.type === "block_actions") {
        await client.views.open({ trigger_id: String(fields.trigger_id), view: modal });
      }
      return {};
    });
    const ts = await postCard(world, "v");
    await workspace.click({ channel, ts, actionId: "deploy", user: maya });
    const [view] = workspace.views();
    expect(view).toMatchObject({ user: maya, callback_id: "release", title: "Release", submit: "Release" });
    const viewId = String(view?.id);
    const values = { ...reason, target: { pick: { selected_option: { value: "staging" } } } };
    expect(await workspace.submit({ viewId, user: maya, values })).toMatchObject({
      outcome: "closed",
      errors: {},
    });
    expect(world.heard[1]?.fields).toMatchObject({
      type: "view_submission",
      user: { id: maya },
      view: {
        id: viewId,
        callback_id: "release",
        private_metadata: "sha256:1",
        hash: view?.hash,
        state: {
          values: {
            reason: { text: { type: "plain_text_input", value: "CVE fixed" } },
            target: {
              pick: { type: "static_select", selected_option: { text: plain("staging"), value: "staging" } },
            },
          },
        },
      },
    });
    expect(workspace.views()).toEqual([]);
    await expect(workspace.submit({ viewId, user: maya, values })).rejects.toThrow("no such view");
  });

  it("keeps the form when a field is empty, too long, or not there", async () => {
    await using world = await startWorld();
    const viewId = await openModal(world);
    const submit = (values: Record<string, Record<string, Record<string, unknown>>>) =>
      world.workspace.submit({ viewId, user: maya, values });
    expect(await submit({})).toMatchObject({
      delivery: undefined,
      errors: { reason: expect.stringContaining("required") },
    });
    const long = { reason: { text: { value: "x".repeat(21) } } };
    expect((await submit(long)).errors.reason).toBe("Must be at most 20 characters");
    await expect(submit({ ...reason, other: { x: {} } })).rejects.toThrow("bad values: other.x");
    const moon = { pick: { selected_option: { value: "moon" } } };
    await expect(submit({ ...reason, target: moon })).rejects.toThrow("no option moon");
    expect(world.heard).toHaveLength(1);
  });

  it("shows the bot's errors, updates, pushes and clears", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const viewId = await openModal(world);
    const submit = (id: string, body: unknown) => {
      world.answer(() => ({ body }));
      return workspace.submit({ viewId: id, user: maya, values: reason });
    };
    const errors = { reason: "Say more." };
    expect(await submit(viewId, { response_action: "errors", errors })).toMatchObject({
      outcome: "errors",
      errors,
    });
    expect(workspace.views()[0]?.errors).toEqual(errors);
    const { hash } = workspace.views()[0] ?? {};
    expect((await submit(viewId, { response_action: "update", view: modal })).outcome).toBe("updated");
    expect(workspace.views()[0]?.errors).toEqual({});
    const late = world.client.views.update({ view_id: viewId, view: modal, hash: String(hash) });
    expect((await refusal(late)).error).toBe("hash_conflict");
    expect((await submit(viewId, { response_action: "push", view: modal })).outcome).toBe("pushed");
    const [, top] = workspace.views();
    expect(top).toMatchObject({ previous_view_id: viewId, root_view_id: viewId });
    expect((await submit(String(top?.id), { response_action: "clear" })).outcome).toBe("cleared");
    expect(workspace.views()).toEqual([]);
  });

  it("refuses answers that Slack would not show", async () => {
    await using world = await startWorld();
    const viewId = await openModal(world);
    const bad = { ...modal, title: plain("x".repeat(25)) };
    const answers: readonly unknown[] = [
      { response_action: "errors", errors: { nowhere: "x" } },
      { response_action: "update", view: bad },
      { response_action: "dance" },
      "not json",
    ];
    for (const body of answers) {
      world.answer(() => ({ body }));
      const submitted = await world.workspace.submit({ viewId, user: maya, values: reason });
      expect(submitted.outcome).toBe("failed");
    }
    expect(world.workspace.notices()).toHaveLength(answers.length);
    expect(world.workspace.views()).toHaveLength(1);
  });

  it("clicks in a view, pushes with that trigger at most three deep, and says when it is closed", async () => {
    await using world = await startWorld();
    const { workspace, client } = world;
    const { triggerId } = await workspace.command({ channel, user: maya, text: "/acr" });
    const view = { ...modal, blocks: [...modal.blocks, ...card("v")] };
    const opened = await client.views.open({ trigger_id: triggerId, view });
    const viewId = String(opened.view?.id);
    const push = async () => {
      const clicked = await workspace.click({ viewId, actionId: "deploy", user: maya });
      return refusal(client.views.push({ trigger_id: clicked.triggerId, view: modal }));
    };
    expect((await push()).error).toBe("none");
    expect((await push()).error).toBe("none");
    expect((await push()).error).toBe("push_limit_reached");
    await workspace.closeView({ viewId, user: maya });
    expect(world.heard.at(-1)?.fields).toMatchObject({ type: "view_closed", view: { id: viewId } });
    const gone = client.views.update({ view_id: viewId, view: modal });
    expect((await refusal(gone)).error).toBe("not_found");
  });
});
