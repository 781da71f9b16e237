import type { JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { choiceValues, inputsIn } from "./card-parts.ts";

/** By input id, as the client sends them: always texts. */
export type FormValues = Readonly<Record<string, string>>;

/** The filled form, and what the client itself would not send, by input id. */
export type FilledForm = { readonly values: FormValues; readonly errors: Readonly<Record<string, string>> };

/**
 * The inputs of a card as they would be submitted with these values: initial ones where none is given. Required,
 * regex, length, range and choices are checked as the client does. Throws `bad values` for an input that is not
 * there or a value that it could not have.
 */
export function fillForm(card: JsonObject, given: FormValues): FilledForm {
  const values: Record<string, string> = {};
  const errors: Record<string, string> = {};
  const inputs = inputsIn(card).filter((input) => input.isVisible !== false);
  for (const input of inputs) {
    const id = String(input.id);
    const value = given[id] ?? initialValue(input);
    const problem = valueProblem(input, value);
    values[id] = value;
    if (problem !== undefined) errors[id] = problem;
  }
  for (const id of Object.keys(given)) {
    if (!Object.hasOwn(values, id)) throw new VerbError("bad_values", `no input ${id}`);
  }
  return { values, errors };
}

function initialValue(input: JsonObject): string {
  if (input.type === "Input.Toggle") return String(input.value ?? input.valueOff ?? "false");
  return input.value === undefined ? "" : String(input.value);
}

function valueProblem(input: JsonObject, value: string): string | undefined {
  const message = typeof input.errorMessage === "string" ? input.errorMessage : "Check this field.";
  if (input.type === "Input.Toggle") return toggleProblem(input, value, message);
  if (value.trim() === "") return input.isRequired === true ? message : undefined;
  switch (input.type) {
    case "Input.Text": {
      const isLong = typeof input.maxLength === "number" && value.length > input.maxLength;
      // The client stops typing there, so nobody can send more.
      if (isLong)
        throw new VerbError("bad_values", `${String(input.id)} takes ${String(input.maxLength)} characters`);
      const isOdd = typeof input.regex === "string" && !new RegExp(input.regex).test(value);
      return isOdd ? message : undefined;
    }
    case "Input.Number": {
      const number = Number(value);
      const isOut = number < Number(input.min ?? -Infinity) || number > Number(input.max ?? Infinity);
      return Number.isNaN(number) || isOut ? message : undefined;
    }
    case "Input.ChoiceSet":
      return choiceProblem(input, value);
    case "Input.Date":
      return /^\d{4}-\d{2}-\d{2}$/.test(value) ? undefined : message;
    case "Input.Time":
      return /^\d{2}:\d{2}$/.test(value) ? undefined : message;
    default:
      return undefined;
  }
}

function toggleProblem(input: JsonObject, value: string, message: string): string | undefined {
  const on = String(input.valueOn ?? "true");
  if (value !== on && value !== String(input.valueOff ?? "false")) {
    throw new VerbError("bad_values", `${String(input.id)} is on or off`);
  }
  return input.isRequired === true && value !== on ? message : undefined;
}

/** Several choices are one text with commas between them. */
function choiceProblem(input: JsonObject, value: string): undefined {
  const known = choiceValues(input);
  const chosen = input.isMultiSelect === true ? value.split(",") : [value];
  const strange = chosen.find((one) => !known.includes(one));
  if (strange !== undefined && input.style !== "filtered") {
    throw new VerbError("bad_values", `no choice ${strange} in ${String(input.id)}`);
  }
}
