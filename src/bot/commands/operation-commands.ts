import { listed } from "../../cards/text/shown-text.ts";
import { currentOf, type PlacementKey, previousDigests } from "../../nouns/placement.ts";
import { code, text } from "../../nouns/text.ts";
import { readWaysBack } from "../deliver/previous-on-card.ts";
import { type Command, type CommandCall, Instead } from "./command.ts";
import { findImage, findRepository } from "./find-image.ts";
import { placeOrPlan } from "./plan.ts";
import { nameOnTarget } from "./show-running.ts";
import { targetNamed, targetNames } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";
import { placingOptions } from "./typed/read-options.ts";
import { refuseStray } from "./typed/refuse-stray.ts";

const mostShown = 5;

/** `redeploy <target> [repository] [because <reason>]` */
export const redeploy: Command = {
  name: "redeploy",
  usage: "redeploy <target> [repository] [because <reason>] [--plan] [--break-glass]",
  summary: "deploy the digest that runs there once more",
  options: placingOptions,
  acts: true,
  run: async (call) => {
    const { place, current, wanted } = await placementOf("redeploy", call);
    await call.lookAgain({ ...place, digest: current.digest });
    if (wanted !== undefined && wanted.digest !== current.digest)
      throw new Instead("⛔", [
        text(
          `${place.target} doesn't run that version: it runs `,
          code(await nameOnTarget(place, current.digest, call)),
          ". Nothing was changed.",
        ),
        text("To redeploy the current version: ", code(`redeploy ${place.target} ${place.repository}`)),
        text("To deploy yours: ", code(`deploy ${wanted.typed} to ${place.target}`)),
      ]);
    const asked = { kind: "redeploy" as const, ...place, digest: current.digest };
    return await placeOrPlan({ ...asked, expectedCurrent: current.digest }, call);
  },
};

/** `rollback <target> [repository[:version]] [because <reason>]` */
export const rollback: Command = {
  name: "rollback",
  usage: "rollback <target> [repository[:version]] [because <reason>] [--plan] [--break-glass]",
  summary: "go back to the previous image, or to an earlier one that was healthy there",
  options: placingOptions,
  acts: true,
  run: async (call) => {
    const { place, placement, current, wanted } = await placementOf("rollback", call);
    // What was deleted may be back, and what was there may be gone, without an event.
    const earlier = previousDigests(placement).slice(0, mostShown);
    await Promise.all(earlier.map((digest) => call.lookAgain({ ...place, digest })));
    const fitting = await readWaysBack(placement, call.config().targets, call.store);
    const digest = wanted === undefined ? fitting[0] : fitting.find((one) => one === wanted.digest);
    if (digest === undefined) throw await noWayBack(place, fitting, wanted?.typed, call);
    const asked = { kind: "rollback" as const, ...place, digest };
    return await placeOrPlan({ ...asked, expectedCurrent: current.digest }, call);
  },
};

/** What a command about a placement means: where, what runs there, and the version that was named, if one was. */
async function placementOf(name: "redeploy" | "rollback", call: CommandCall) {
  const [typedTarget, typed, ...rest] = call.words;
  if (typedTarget === undefined)
    throw new Misused(`Which target, which repository? Targets: ${targetNames(call.config())}.`);
  const target = targetNamed(typedTarget, call);
  const typedImage = typed ?? (await onlyRepositoryOn(target, name, call));
  refuseStray(rest, `${name} ${target} ${typedImage}`, call, placingOptions);
  const { registry, repository, wanted } = await imageOf(typedImage, call);
  const place: PlacementKey = { target, registry, repository };
  const placement = await call.store.findPlacement(place);
  const current = currentOf(placement);
  if (placement === undefined || current === undefined)
    throw new Instead("⛔", [
      text("I don't know what runs on ", target, " from ", code(repository), ". Nothing was changed."),
      text("Deploy the version that you want: ", code(`deploy ${repository}:<tag> to ${target}`)),
    ]);
  return { place, placement, current, wanted };
}

/** A repository, or an image of it: the version that must be meant. */
async function imageOf(typed: string, call: CommandCall) {
  const isVersion = /[:@]/.test(typed.split("/").at(-1) ?? "");
  if (!isVersion) return { ...(await findRepository(typed, call)), wanted: undefined };
  const { artifact } = await findImage(typed, call);
  const { registry, repository, digest } = artifact;
  return { registry, repository, wanted: { typed, digest } };
}

async function onlyRepositoryOn(target: string, name: string, call: CommandCall): Promise<string> {
  const placements = await call.store.listPlacements(mostShown + 1, target);
  const [only, ...more] = placements;
  if (only !== undefined && more.length === 0) return `${only.registry}/${only.repository}`;
  const names = placements.slice(0, mostShown).map(({ repository }) => repository);
  const known = names.length === 0 ? "" : ` On ${target}: ${names.join(", ")}.`;
  throw new Misused(
    `Which repository?${known}`,
    names[0] === undefined ? undefined : `${name} ${target} ${names[0]}`,
  );
}

async function noWayBack(
  place: PlacementKey,
  fitting: readonly string[],
  typed: string | undefined,
  call: CommandCall,
): Promise<Instead> {
  const { target, repository } = place;
  const names = [];
  for (const digest of fitting.slice(0, mostShown)) names.push(await nameOnTarget(place, digest, call));
  const which =
    typed === undefined
      ? text("There is no earlier version of ", code(repository), ` to go back to on ${target}.`)
      : text(
          code(typed),
          ` is no version to roll ${target} back to: it was never healthy there before the current one, or it was rolled back itself.`,
        );
  return new Instead("⛔", [
    text(which, " Nothing was changed."),
    ...(names.length === 0
      ? []
      : [text("You can go back to ", listed(names.map(code), mostShown, ", "), ".")]),
    text(
      "To put another version there, deploy it: ",
      code(`deploy ${typed ?? `${repository}:<tag>`} to ${target}`),
    ),
  ]);
}
