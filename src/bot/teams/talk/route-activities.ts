import { Application, TeamsAdapter, type TurnState } from "@microsoft/teams-ai";
import { TurnContext } from "botbuilder";
import type { ActivityAnswer } from "../gate/teams-route.ts";
import type { Activity } from "./activity.ts";

/** What answers which kind of activity. */
export interface ActivityHandlers {
  invoke(activity: Activity): Promise<ActivityAnswer | undefined>;
  /** What somebody wrote, or how they have edited it. */
  message(activity: Activity): Promise<void>;
}

const answerKey = Symbol("answer");
const activityKey = Symbol("activity");

/**
 * teams-ai's Application as what brings an activity to its handler. Our gate stands before it, and the answer to an
 * invoke is our own: teams-ai forces cards with `refresh` on everybody, and its adapter never answers a raw response
 * (platform-facts). Its other services (state, sign-in, "typing…", planners) stay off: each would ask the network or keep
 * something before the person is answered.
 */
export function createActivityRouter(
  appId: string,
  handlers: ActivityHandlers,
): (activity: Activity) => Promise<ActivityAnswer | undefined> {
  const adapter = new TeamsAdapter({ MicrosoftAppId: appId });
  const application = new Application<TurnState>({
    adapter,
    removeRecipientMention: false,
    startTypingTimer: false,
    longRunningMessages: false,
  });
  const given = (context: TurnContext): Activity => context.turnState.get(activityKey);
  application.addRoute(
    async ({ activity }) => activity.type === "invoke",
    async (context) => {
      context.turnState.set(answerKey, await handlers.invoke(given(context)));
    },
    true,
  );
  application.addRoute(
    async ({ activity }) => activity.type === "message" || activity.type === "messageUpdate",
    async (context) => handlers.message(given(context)),
  );
  return async (activity) => {
    // The library writes into the activity that it is given.
    const context = new TurnContext(adapter, { ...structuredClone(activity), channelId: "msteams" } as never);
    context.turnState.set(activityKey, activity);
    await application.run(context);
    const answer: unknown = context.turnState.get(answerKey);
    return isAnswer(answer) ? answer : undefined;
  };
}

function isAnswer(value: unknown): value is ActivityAnswer {
  return typeof value === "object" && value !== null && "status" in value;
}
