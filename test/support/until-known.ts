import { vi } from "vitest";
import type { Store } from "../../src/store/store.ts";

/** Waits until the bot has looked up who opened a dialog in Teams, as it has when a person has read the dialog. */
export async function untilKnown(
  store: Pick<Store, "findPrincipal">,
  tenant: string,
  userId: string,
): Promise<void> {
  const look = async () => {
    const known = await store.findPrincipal({ platform: "teams", tenant, userId });
    if (known === undefined) throw new Error(`${userId} was not looked up`);
  };
  await vi.waitFor(look, { interval: 5, timeout: 10_000 });
}
