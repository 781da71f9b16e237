import type { Notice } from "../../nouns/card.ts";
import { addressOf, type ChannelId, kindOfChannel } from "../../nouns/channel.ts";
import type { Wish } from "../../nouns/request.ts";
import { currentOf, previousOf } from "../../nouns/target.ts";
import { type Command, type CommandCall, type CommandDeps, notice, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { readImageReference } from "./image-reference.ts";

/** `deploy <image> to <target>` */
export const deploy: Command = {
  name: "deploy",
  usage: "deploy <image> to <target>",
  summary: "put an image into an environment",
  run: async (call, deps) => {
    const [image, to, target] = call.words;
    if (image === undefined || to?.toLowerCase() !== "to" || target === undefined || call.words.length > 3)
      return usageNotice(deploy, call, `Which image, to which target? Targets: ${targetNames(deps)}.`);
    const found = await findImage(image, call, deps);
    if (found.kind === "not-found") return found.answer;
    const { registry, repository, digest } = found.artifact;
    const tag = found.tag === undefined ? {} : { tag: found.tag };
    return await asked({ kind: "deploy", registry, repository, digest, target, ...tag }, call, deps);
  },
};

/** `redeploy <target> <repository>` */
export const redeploy: Command = {
  name: "redeploy",
  usage: "redeploy <target> <repository>",
  summary: "set what runs there again, the same digest",
  run: (call, deps) =>
    onPlacement(redeploy, call, deps, ({ current }) =>
      current === undefined ? undefined : { kind: "redeploy", digest: current, expectedCurrent: current },
    ),
};

/** `rollback <target> <repository>` */
export const rollback: Command = {
  name: "rollback",
  usage: "rollback <target> <repository>",
  summary: "go back to the image that was there before",
  run: (call, deps) =>
    onPlacement(rollback, call, deps, ({ current, previous }) =>
      current === undefined || previous === undefined
        ? undefined
        : { kind: "rollback", digest: previous, expectedCurrent: current },
    ),
};

/** `release <image> <reason>` */
export const release: Command = {
  name: "release",
  usage: "release <image> <reason>",
  summary: "let a quarantined image pass",
  run: (call, deps) => reviewed(release, "release", call, deps),
};

/** `reject <image> <reason>` */
export const reject: Command = {
  name: "reject",
  usage: "reject <image> <reason>",
  summary: "keep a quarantined image out for good",
  run: (call, deps) => reviewed(reject, "reject", call, deps),
};

async function reviewed(
  command: Command,
  kind: "release" | "reject",
  call: CommandCall,
  deps: CommandDeps,
): Promise<Notice> {
  const [image, ...reason] = call.words;
  if (image === undefined || reason.length === 0)
    return usageNotice(command, call, "Which image, and why? A reason is needed.");
  const found = await findImage(image, call, deps);
  if (found.kind === "not-found") return found.answer;
  const { registry, repository, digest } = found.artifact;
  return await asked(
    { kind, registry, repository, digest, reason: reason.join(" ").slice(0, 500) },
    call,
    deps,
  );
}

async function onPlacement(
  command: Command,
  call: CommandCall,
  deps: CommandDeps,
  choose: (placement: {
    current: string | undefined;
    previous: string | undefined;
  }) => Pick<Wish, "kind" | "digest" | "expectedCurrent"> | undefined,
): Promise<Notice> {
  const [target, name] = call.words;
  if (target === undefined || name === undefined || call.words.length > 2)
    return usageNotice(command, call, `Which target, which repository? Targets: ${targetNames(deps)}.`);
  const read = readImageReference(name, deps.config().registries);
  if (read.kind === "unclear") return notice("warning", "❔", [read.why]);
  const { registry, repository } = read.image;
  if (!Object.hasOwn(deps.config().targets, target))
    return usageNotice(
      command,
      call,
      `I do not know a target "${target.slice(0, 80)}". Targets: ${targetNames(deps)}.`,
    );
  const placement = await deps.store.findPlacement({ target, registry, repository });
  const chosen = choose({ current: currentOf(placement)?.digest, previous: previousOf(placement) });
  if (chosen === undefined)
    return notice("warning", "⛔", [
      `I know of no image of ${repository} to ${command === rollback ? "go back to" : "set again"} on ${target}. Nothing was changed.`,
    ]);
  return await asked({ ...chosen, registry, repository, target }, call, deps);
}

async function asked(wish: Wish, call: CommandCall, deps: CommandDeps): Promise<Notice> {
  const { channel, known } = call;
  const answer = await deps.ask.ask({
    id: call.requestId,
    who: known.who,
    wish,
    at: deps.clock.now(),
    ...(channel === undefined || isDirect(channel) ? {} : { channel }),
  });
  if (answer.kind === "later")
    return notice("neutral", "⏳", ["Recorded; the outcome will show on the card."]);
  const { outcome, answer: words } = answer.verdict;
  if (outcome === "refused") return notice("warning", "⛔", [words]);
  return notice("accent", outcome === "observed" ? "👁️" : "🚀", [words]);
}

// Ids of direct messages begin with D in Slack, of personal chats with `a:` in Teams; a card belongs where the team
// sees it.
function isDirect(channel: ChannelId): boolean {
  const address = addressOf(channel);
  return kindOfChannel(channel) === "teams" ? address.startsWith("a:") : address.startsWith("D");
}

function targetNames(deps: CommandDeps): string {
  const names = Object.keys(deps.config().targets);
  return names.length === 0 ? "none is configured" : names.join(", ");
}
