import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import { cardProblems } from "./check-card.ts";
import { cardType } from "./read-message.ts";
import type { Delivery } from "./send-to-bot.ts";

/** What the client makes of an answer to `adaptiveCard/action`. `broken`: nothing, and why. */
export type ActionAnswer =
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "card"; readonly card: JsonObject }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "broken"; readonly problem: string };

/** What the client makes of an answer to `task/fetch` and `task/submit`. */
export type TaskAnswer =
  | { readonly kind: "continue"; readonly title: string; readonly card: JsonObject }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "empty" }
  | { readonly kind: "broken"; readonly problem: string };

const broken = (problem: string) => ({ kind: "broken", problem }) as const;

// learn.microsoft.com, "Universal Actions for Adaptive Cards": the answer's three types.
const messageType = "application/vnd.microsoft.activity.message";
const errorType = "application/vnd.microsoft.error";

/** Reads `{ statusCode, type, value }`, which must come with HTTP 200. */
export function readActionAnswer(delivery: Delivery): ActionAnswer {
  const answer = readJson(delivery);
  if (typeof answer === "string") return broken(answer);
  if (answer === undefined) return broken("the answer is empty");
  const { statusCode, type, value } = answer;
  if (typeof statusCode !== "number") return broken("statusCode is not a number");
  if (type === messageType) {
    if (statusCode !== 200) return broken(`a message comes with statusCode 200, not ${statusCode}`);
    return typeof value === "string" && value !== ""
      ? { kind: "message", text: value }
      : broken("value is no text");
  }
  if (type === cardType) {
    if (statusCode !== 200) return broken(`a card comes with statusCode 200, not ${statusCode}`);
    const [problem] = cardProblems(value);
    return problem === undefined && isObject(value)
      ? { kind: "card", card: value }
      : broken(problem ?? "no card");
  }
  if (type === errorType) {
    if (statusCode < 400) return broken(`an error comes with a statusCode from 400, not ${statusCode}`);
    if (!isObject(value) || typeof value.code !== "string" || typeof value.message !== "string") {
      return broken("an error's value is { code, message }");
    }
    return { kind: "error", text: value.message };
  }
  return broken(`unknown type ${String(type)}`);
}

/** Reads `{ task: { type, value } }`; an empty answer is one too. */
export function readTaskAnswer(delivery: Delivery): TaskAnswer {
  const answer = readJson(delivery);
  if (typeof answer === "string") return broken(answer);
  if (answer === undefined || Object.keys(answer).length === 0) return { kind: "empty" };
  const { task } = answer;
  if (!isObject(task)) return broken("task is missing");
  if (task.type === "message") {
    const isText = typeof task.value === "string" && task.value !== "";
    return isText ? { kind: "message", text: String(task.value) } : broken("value is no text");
  }
  if (task.type !== "continue") return broken(`unknown task type ${String(task.type)}`);
  return readDialog(task.value);
}

function readDialog(value: unknown): TaskAnswer {
  if (!isObject(value)) return broken("value is not an object");
  const { title = "", card, height, width } = value;
  if (typeof title !== "string") return broken("title is not a text");
  if (!isSize(height) || !isSize(width)) return broken("height and width are small, medium, large or pixels");
  if (!isObject(card) || card.contentType !== cardType)
    return broken("card is not an attachment with a card");
  const [problem] = cardProblems(card.content);
  if (problem !== undefined || !isObject(card.content)) return broken(problem ?? "content is not a card");
  return { kind: "continue", title, card: card.content };
}

function isSize(size: unknown): boolean {
  return (
    size === undefined || typeof size === "number" || ["small", "medium", "large"].includes(String(size))
  );
}

/** The JSON of an answer in time; undefined for an empty one, a text for what is wrong. */
function readJson({ status, error, body, json }: Delivery): JsonObject | string | undefined {
  if (error === "timeout") return "the answer came too late";
  if (error === "failed") return `the bot answered HTTP ${status}`;
  if (body.trim() === "") return undefined;
  return json ?? "the answer is not a JSON object";
}
