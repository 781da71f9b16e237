import type { SlackView } from "../../demo/slack/state.ts";
import type { Submitted } from "../../demo/slack/submit.ts";
import type { World } from "../../demo/world.ts";
import { type SeenCard, waitForCard } from "./bot.ts";

const maya = "U0MAYA0001";

/** Presses a card's button as soon as it is there, and gives the dialog that opens for Maya. */
export async function press(world: World, actionId: string): Promise<SlackView> {
  const hasIt = ({ buttons }: SeenCard) => buttons.includes(actionId);
  const { ts } = await waitForCard(world, hasIt);
  const clicked = await world.slack.click({ channel: "C0RELEASES", ts, actionId, user: maya });
  if (clicked.error !== undefined) throw new Error(`${actionId}: ${clicked.error} ${clicked.body}`);
  return await world.slack.waitFor(() => world.slack.views().find(({ user }) => user === maya));
}

/** Fills the reason in and submits. */
export function submitReason(world: World, view: SlackView, reason: string): Promise<Submitted> {
  return world.slack.submit({
    viewId: view.id,
    user: maya,
    values: { reason: { value: { value: reason } } },
  });
}

/** The digest that a tag of shop/checkout names in the registry. */
export function tagOf(world: World, tag: string): string | undefined {
  return world.registry.snapshot().repositories["shop/checkout"]?.tags[tag];
}

/** Resolves as soon as the registry is as wanted. */
export function untilRegistry(world: World, wanted: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!wanted()) return;
      forget();
      resolve();
    };
    const forget = world.registry.onChange(look);
    look();
  });
}
