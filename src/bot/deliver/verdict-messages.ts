import { route } from "../../artifacts/route-artifact.ts";
import type { Config } from "../../config/config.ts";
import { type ChannelId, isTwoWay } from "../../nouns/channel.ts";
import type { LockScope } from "../../nouns/lock.ts";
import type { MessageKey } from "../../nouns/message.ts";
import { lockSubject } from "../../nouns/message.ts";
import type { Operation } from "../../nouns/operation.ts";
import type { Request } from "../../nouns/request.ts";
import { hearing, type Route } from "../../nouns/route.ts";
import type { ToldOn, Verdict } from "../../nouns/verdict.ts";
import { channelsOfCard, everywhere, inEach, messagesOfEnd } from "../../operations/who-hears.ts";
import { ownOf } from "../../policy/question.ts";

interface Context {
  readonly routes: readonly Route[];
  readonly targets: Config["targets"];
  readonly now: number;
}

/**
 * The messages that a verdict calls for, besides the cards that show it anyway: the card of a new operation, calls for
 * approval, what went past the rules, what ended before it began, locks, suggestions. Pure; written with the verdict.
 */
export function messagesOfVerdict(
  request: Request,
  { operation, consequence }: Verdict,
  told: ToldOn | undefined,
  context: Context,
): readonly MessageKey[] {
  const { order, channel } = request;
  if (order.kind === "lock" || order.kind === "unlock") return ofLock(request, order.scope, context);
  if (told === undefined) return [];
  if (operation !== undefined) return ofNew(operation, told, context);
  const after = told.operation;
  if (after?.state === "cancelled") return messagesOfEnd(after, told, context.routes);
  if (consequence?.kind !== "set" || consequence.standing.kind !== "suggestion") return [];
  const { id } = consequence.standing.facts;
  return inEach(placesOf(told, channel, context), `suggestion:${id}`, told);
}

/** Who is to approve it, and what goes past the rules, is told wherever the repository has a channel. */
function ofNew(operation: Operation, told: ToldOn, context: Context): readonly MessageKey[] {
  const { id, channel, state, breakGlassUntil } = operation;
  const places = placesOf(told, channel, context);
  const heard = [...new Set([...everywhere(told, context.routes), ...places])];
  return [
    ...inEach(places, "root", told),
    ...(breakGlassUntil === undefined ? [] : inEach(heard, `glass:${id}`, told)),
    ...(state === "awaiting-approval" ? inEach(heard.filter(isTwoWay), `approval:${id}`, told) : []),
  ];
}

/**
 * Where an order lives: in the channel where it was asked for and those where its card stands; else where its pushes
 * would be announced, else wherever the repository has a channel.
 */
function placesOf(
  told: ToldOn,
  asked: ChannelId | undefined,
  { routes, now }: Context,
): readonly ChannelId[] {
  const { artifact } = told;
  const own = [...(asked === undefined ? [] : [asked]), ...channelsOfCard(told)].filter(isTwoWay);
  if (own.length > 0) return [...new Set(own)];
  const tags = told.tags.map(({ tag }) => tag);
  const announced = route({ artifact, action: "push", tags, at: now }, routes).channels.filter(isTwoWay);
  return announced.length > 0 ? announced : everywhere(told, routes).filter(isTwoWay);
}

/** The channel where it was asked for has the answer. */
function ofLock({ id, channel: asked }: Request, scope: LockScope, context: Context): readonly MessageKey[] {
  const { routes, targets } = context;
  const target = scope.kind === "all" ? undefined : ownOf(targets, scope.target);
  const heard = target === undefined ? routes.flatMap(({ to }) => to) : hearing(routes, target);
  return [...new Set(heard)]
    .filter((channel) => channel !== asked)
    .map((channel) => ({ channel, subject: lockSubject, incarnation: 1, slot: `lock:${id}` }));
}
