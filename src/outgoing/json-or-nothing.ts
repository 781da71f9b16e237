/** The JSON of an answer; undefined for a gateway's page, or nothing: what needs the answer finds that it is not there. */
export function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
