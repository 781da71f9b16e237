import type { JsonObject } from "../shared/json-object.ts";
import { isObject, listIn } from "../shared/json-object.ts";

/** Every object in a card, the card itself first; what `data` and `msteams` hold is the bot's own and left out. */
export function everyObject(card: JsonObject): readonly JsonObject[] {
  const inner = Object.entries(card).flatMap(([key, value]) => {
    if (key === "data" || key === "msteams") return [];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => {
      if (Array.isArray(one)) return one.filter(isObject).flatMap(everyObject);
      return isObject(one) ? everyObject(one) : [];
    });
  });
  return [card, ...inner];
}

/** The actions that a card holds, in the order in which they stand. */
export function actionsIn(card: JsonObject): readonly JsonObject[] {
  return everyObject(card).filter((one) => String(one.type).startsWith("Action."));
}

/** The inputs that a card holds. */
export function inputsIn(card: JsonObject): readonly JsonObject[] {
  return everyObject(card).filter((one) => String(one.type).startsWith("Input."));
}

/** Which action is meant. */
export type Wanted = { readonly verb?: string | undefined; readonly data?: JsonObject | undefined };

/**
 * The action that a person would press. `verb` is the verb of an Action.Execute; an Action.Submit has none, so it
 * is known by a `verb` in its data, its id or its title. `data`, where given, must stand in the action's own.
 */
export function findAction(card: JsonObject, { verb, data }: Wanted): JsonObject | undefined {
  return actionsIn(card).find((action) => {
    if (action.type !== "Action.Execute" && action.type !== "Action.Submit") return false;
    if (action.isEnabled === false) return false;
    const own = isObject(action.data) ? action.data : {};
    const names = [action.verb, own.verb, action.id, action.title];
    return (verb === undefined || names.includes(verb)) && holds(own, data ?? {});
  });
}

/** The special meaning that Teams gives to an Action.Submit: `task/fetch`, `messageBack`, `imBack` or none. */
export function teamsMeaning(action: JsonObject): JsonObject {
  const data = isObject(action.data) ? action.data : {};
  return isObject(data.msteams) ? data.msteams : {};
}

/** The values of a choice. */
export function choiceValues(input: JsonObject): readonly string[] {
  return listIn(input, "choices").map((choice) => (isObject(choice) ? String(choice.value) : ""));
}

function holds(own: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([key, value]) => JSON.stringify(own[key]) === JSON.stringify(value));
}
