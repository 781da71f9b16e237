import type { ShopCluster } from "../../demo/shop-cluster.ts";
import { shop } from "../../demo/shop-cluster.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import {
  jonas,
  lena as lenaOnTeams,
  maya as mayaOnTeams,
  meetTheBot,
  type OnTeams,
  onTeams,
} from "./on-teams.ts";
import { lena, maya, openStage, type Pressed, releases, type Stage } from "./stage.ts";

export const { repository } = shop;
/** For a cluster that does nothing by itself: its rollouts go on by `advance` only. */
export const byHand = { stepMs: 3_600_000 } as const;
export const production = { kind: shop.kind, namespace: shop.namespace, name: shop.name } as const;

/** A bot whose production is a simulated Kubernetes: Maya asks, Lena approves in Slack and Jonas in Teams. */
export interface ProductionStage extends Stage {
  readonly teams: OnTeams;
  readonly cluster: ShopCluster;
  /** The image that production is told to run: its digest. */
  running(): string;
  /** How often production was really changed through its API. */
  changes(): number;
  /** Pushes an image, deploys it to staging and lets it soak; its card in Slack. */
  onStaging(tag: string): Promise<{ readonly digest: string; readonly ts: string }>;
  /** Presses the button of that verb that is for production, as Maya. */
  pressFor(ts: string, verb: string): Promise<Pressed>;
  /** Maya asks for production by the card's button; the operation that awaits approval. */
  ask(ts: string, more?: { readonly verb?: string; readonly reason?: string }): Promise<Operation>;
  /** Presses Approve on the card of a tag in Slack; what the person is told. */
  approveInSlack(tag: string, user?: string): Promise<string>;
  /** Presses Approve on the card of a tag in Teams; what the person is told. */
  approveInTeams(tag: string, user?: string): Promise<string>;
  /** Both approve; gives the operation once it has ended. */
  approved(tag: string, operation: Operation): Promise<Operation>;
  operation(id: string): Promise<Operation>;
  /** Waits until an operation is in that state. */
  untilState(id: string, state: Operation["state"]): Promise<Operation>;
}

/** Starts it; `close` ends the bot and its world. */
export async function openProductionStage(
  options: Parameters<typeof openStage>[0] = {},
): Promise<ProductionStage> {
  const stage = await openStage({ ...options, world: { teams: {}, kubernetes: {}, ...options.world } });
  const cluster = stage.world.kubernetes;
  if (cluster === undefined) throw new Error("the stage's world has no Kubernetes");
  const teams = onTeams(stage);
  await meetTheBot(teams, mayaOnTeams, lenaOnTeams, jonas);
  return { ...stage, ...deedsOf(stage, cluster), cluster, teams };
}

function deedsOf(
  stage: Stage,
  cluster: ShopCluster,
): Omit<ProductionStage, keyof Stage | "cluster" | "teams"> {
  const { store } = stage.bot;
  const teams = onTeams(stage);
  const operation = async (id: string): Promise<Operation> => {
    const found = await store.findOperation(id);
    if (found === undefined) throw new Error(`no operation ${id}`);
    return found;
  };
  const untilState: ProductionStage["untilState"] = (id, state) =>
    stage.until(async () => {
      const now = await operation(id);
      return now.state === state && now;
    }, `operation ${id} ${state}`);
  const approveInSlack: ProductionStage["approveInSlack"] = async (tag, user = lena) => {
    const card = await stage.card(titleOf(tag), ({ buttons }) => buttons.includes("acr:approve"));
    const pressed = await stage.press(card.ts, "acr:approve", user);
    return pressed.kind === "private" ? pressed.said : "a dialog";
  };
  const approveInTeams: ProductionStage["approveInTeams"] = async (tag, user = jonas.id) => {
    const card = await teams.card(titleOf(tag), ({ buttons }) => buttons.includes("approve"));
    return (await teams.press(card.id, "approve", user)).text ?? "nothing";
  };
  return {
    operation,
    untilState,
    approveInSlack,
    approveInTeams,
    running: () => cluster.workload(production).images[shop.container]?.split("@")[1] ?? "",
    changes: () => cluster.workload(production).changes,
    pressFor: (ts, verb) => pressFor(stage, ts, `acr:${verb}`),
    onStaging: (tag) => onStaging(stage, tag),
    ask: async (ts, { verb = "deploy", reason } = {}) => {
      const known = new Set((await store.listOperations(100)).map(({ id }) => id));
      const pressed = await pressFor(stage, ts, `acr:${verb}`);
      if (pressed.kind === "private") throw new Error(pressed.said);
      await stage.submit(pressed.view, reason);
      return await stage.until(async () =>
        (await store.listOperations(100)).find(({ id }) => !known.has(id)),
      );
    },
    approved: async (tag, { id }) => {
      // A card may still show the call of an operation before this one; a press of that gives no vote.
      await stage.until(async () => (await approveInSlack(tag)).includes("your approval counts"));
      await stage.until(async () => (await approveInTeams(tag)).includes("it starts now"));
      return await untilState(id, "succeeded");
    },
  };
}

/** Presses the button of that verb that is for production: where several share a verb their ids are numbered. */
async function pressFor(stage: Stage, ts: string, verb: string) {
  const { actionId, value } = await stage.until(() => {
    const message = stage.world.slack.messages(releases).find((one) => one.ts === ts);
    return buttonsIn(message?.blocks).find(
      (one) => one.actionId.startsWith(verb) && one.label.includes("production"),
    );
  }, `a button ${verb} for production`);
  return await stage.press(ts, actionId, maya, { value });
}

function buttonsIn(value: unknown): readonly { actionId: string; label: string; value: string }[] {
  if (Array.isArray(value)) return value.flatMap(buttonsIn);
  if (typeof value !== "object" || value === null) return [];
  if (!("action_id" in value)) return Object.values(value).flatMap(buttonsIn);
  const label = "text" in value ? JSON.stringify(value.text) : "";
  return [{ actionId: String(value.action_id), label, value: "value" in value ? String(value.value) : "" }];
}

async function onStaging(stage: Stage, tag: string) {
  const { digest } = await stage.push({ repository, tag });
  const isDeployable = ({ buttons }: { readonly buttons: readonly string[] }) =>
    buttons.includes("acr:deploy");
  const { ts } = await stage.card(titleOf(tag), isDeployable);
  await stage.command(`/acr deploy ${repository}:${tag} to staging`);
  await stage.card(titleOf(tag), ({ text }) => text.includes("Live on staging"));
  // Longer than the target's soak.
  stage.clock.advance(10_000);
  return { digest, ts };
}

const titleOf = (tag: string): string => `${repository}:${tag}`;
