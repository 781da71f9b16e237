import type { ArmOperation } from "../../azure/long-running.ts";

const addressNote = "operationUrl";
const kindNote = "operationKind";

/** A long-running operation of ARM as notes of a journal. Its address is no secret: it takes a token to read it. */
export function notesOf(operation: ArmOperation | undefined): Readonly<Record<string, string>> {
  return operation === undefined ? {} : { [addressNote]: operation.url, [kindNote]: operation.kind };
}

/** What `notesOf` has written down, if there was one. */
export function operationIn(notes: Readonly<Record<string, string>>): ArmOperation | undefined {
  const url = notes[addressNote];
  if (url === undefined) return undefined;
  return { url, kind: notes[kindNote] === "location" ? "location" : "status" };
}
