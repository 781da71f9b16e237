import { expect, it } from "vitest";
import { type AzureWorldOptions, createAzureWorld } from "../../../demo/azure/world.ts";
import type { TargetDeps } from "../../../src/operations/target-deps.ts";
import { run, type TargetStage } from "../../contract/target-contract.ts";
import { aJob, azureDeps, botClientId } from "../../support/azure-target.ts";
import { createManualClock } from "../../support/manual-clock.ts";

export type AzureWorld = Awaited<ReturnType<typeof createAzureWorld>>;

/** A target in a simulated Azure of its own. */
export interface AzureStage extends TargetStage {
  readonly world: AzureWorld;
}

export const id = "0198f000-0000-7000-8000-000000000002";
export const signal = () => AbortSignal.timeout(5_000);
export const slow = { match: "* /subscriptions/", status: 429, retryAfter: 3 };

/** Opens an Azure whose work takes 40 s, and a target in it; each wait lets 10 s pass. */
export async function openAzure<Stage extends Pick<TargetStage, "port" | "effects" | "runs">>(
  options: AzureWorldOptions,
  make: (world: AzureWorld, deps: TargetDeps) => Stage,
): Promise<AzureStage & Stage> {
  const clock = createManualClock();
  const world = await createAzureWorld({ now: clock.now, workMs: 40_000, ...options });
  return {
    ...make(world, azureDeps({ armEndpoint: world.url, now: clock.now })),
    world,
    job: (operationId, kind = "deploy") => aJob(operationId, { kind }),
    advance: () => clock.advance(10_000),
    close: world.close,
  };
}

/** How the stages of a contract are overloaded, and lose the answer to a change by that method. */
export function faultsOf(method: "PATCH" | "PUT") {
  return {
    overload: (stage: TargetStage, count: number) => (stage as AzureStage).world.fault({ ...slow, count }),
    loseAnswer: (stage: TargetStage) =>
      (stage as AzureStage).world.fault({ match: `${method} /subscriptions/`, status: 0, mode: "after" }),
  };
}

/** A test on a stage of its own. */
export function staged<Stage extends TargetStage>(
  title: string,
  make: () => Promise<Stage>,
  test: (stage: Stage) => Promise<void>,
): void {
  it(title, async () => {
    const stage = await make();
    try {
      await test(stage);
    } finally {
      await stage.close();
    }
  });
}

/** That plan and steps refuse the same for the same reason, and change nothing. */
export async function expectRefusal(stage: TargetStage, why: RegExp): Promise<void> {
  const plan = await stage.port.plan(aJob(id), signal());
  const { effect } = await run(stage, aJob(id));
  expect(plan.kind === "refused" ? `${plan.why}. ${plan.help}` : "").toMatch(why);
  expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringMatching(why) });
  expect(stage.effects()).toBe(0);
}

/** That an identity which lacks one of these actions is told which, and on what. */
export function namesMissingActions(
  all: readonly string[],
  on: string,
  open: (options: AzureWorldOptions) => Promise<TargetStage>,
): void {
  for (const missing of all) {
    const actions = all.filter((action) => action !== missing);
    staged(
      `names the missing action ${missing}`,
      () => open({ identities: [{ clientId: botClientId, actions }] }),
      async (stage) => {
        const { effect } = await run(stage, aJob(id));
        expect(effect).toMatchObject({ outcome: expect.stringContaining(`${missing}${on}`) });
        // What is missing while it is only followed leaves it in doubt.
        if (effect !== "crashed" && effect.kind === "failed") expect(effect.changed).toBe("no");
      },
    );
  }
}
