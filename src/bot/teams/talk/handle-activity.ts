import { describeError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import { notice } from "../../../nouns/card.ts";
import type { Clock } from "../../../work/clock.ts";
import { within } from "../../../work/within.ts";
import type { Background } from "../../background.ts";
import { ActivityEnvelope, isByPerson } from "../activity-envelope.ts";
import type { ActivityAnswer, HandleActivity } from "../gate/teams-route.ts";
import type { InstallationBook } from "../places/installation-book.ts";
import { Activity } from "./activity.ts";
import { empty, errorAnswer, taskMessage } from "./invoke-answers.ts";

/** Teams gives up after 5 s (learn.microsoft.com, "Universal Actions"); this leaves time for the way back. */
export const teamsBudgetMs = 4_000;

/**
 * What an activity that passed the gate is answered with, within the time that Teams waits. What people did goes to
 * `route`; every activity of our tenant tells where the bot is.
 */
export function createHandleActivity(deps: {
  readonly book: Pick<InstallationBook, "learn">;
  readonly route: (activity: Activity) => Promise<ActivityAnswer | undefined>;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
}): HandleActivity {
  const learn = async (raw: unknown, isAll: boolean): Promise<void> => {
    const envelope = ActivityEnvelope.parse(raw);
    try {
      await deps.book.learn(envelope);
    } catch (error) {
      // That is all that such an activity is for: 500, and Teams sends it again.
      if (isAll) throw error;
      deps.log.warn(
        { step: "receive", error: describeError(error) },
        "a place of Teams could not be written down",
      );
    }
  };
  return async (raw, isForeign) => {
    const byPerson = isByPerson(raw.type);
    // Of our places we hear from our own tenant.
    if (!isForeign) await learn(raw, !byPerson);
    const parsed = Activity.safeParse(raw);
    if (!byPerson || !parsed.success) return byPerson ? { status: 400 } : empty;
    return await answerInTime(parsed.data, deps);
  };
}

async function answerInTime(
  activity: Activity,
  deps: Parameters<typeof createHandleActivity>[0],
): Promise<ActivityAnswer> {
  const routed = deps.route(activity).then(
    (answer) => answer ?? (activity.type === "invoke" ? { status: 501 } : empty),
    (error: unknown) => {
      deps.log.error({ step: "decide", error: describeError(error) }, "a request of Teams failed");
      // Teams says that a message failed, and lets the person send it again.
      if (activity.type === "message") return { status: 500 };
      return failure(activity, "Not recorded. Nothing was changed. Try again.");
    },
  );
  const answer = await within(routed, teamsBudgetMs, deps.clock);
  if (answer !== undefined) return answer;
  // A message was taken: its answer comes when it is ready. Whether an invoke was recorded is not known here.
  deps.background.run(routed.then(() => undefined));
  return failure(activity, "This takes long. Look at the card before you try again.");
}

function failure({ type, name }: Activity, words: string): ActivityAnswer {
  if (type !== "invoke") return empty;
  if (name === "adaptiveCard/action") return errorAnswer(500, words);
  return taskMessage(notice("attention", "🔴", [words]));
}
