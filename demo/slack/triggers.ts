import { randomBytes } from "node:crypto";
import { SlackError } from "./slack-error.ts";

// docs.slack.dev/interactivity: a trigger_id opens one view, within three seconds.
const triggerLifeMs = 3000;
const keptTriggers = 5000;

/** What a trigger id stands for: somebody did something, perhaps in a view. */
export type Trigger = { readonly user: string; readonly viewId?: string };

/** Gives out trigger ids and takes them back. */
export type Triggers = {
  /** `id`: use this very id, as a platform's repeat of one request does. */
  readonly issue: (trigger: Trigger, id?: string) => string;
  /** What it stands for; refuses unknown, used and old ones as Slack does. */
  readonly exchange: (id: string) => Trigger;
};

/** Trigger ids over the clock that is given, in milliseconds. */
export function createTriggers(now: () => number): Triggers {
  const issued = new Map<string, { trigger: Trigger; at: number; used: boolean }>();
  return {
    issue(trigger, id = `${Math.floor(now())}.${randomBytes(20).toString("hex")}`) {
      if (!issued.has(id)) issued.set(id, { trigger, at: now(), used: false });
      const [oldest] = issued.keys();
      if (issued.size > keptTriggers && oldest !== undefined) issued.delete(oldest);
      return id;
    },
    exchange(id) {
      const found = issued.get(id);
      if (found === undefined) throw new SlackError("invalid_trigger_id");
      if (found.used) throw new SlackError("exchanged_trigger_id");
      if (now() - found.at > triggerLifeMs) throw new SlackError("expired_trigger_id");
      found.used = true;
      return found.trigger;
    },
  };
}
