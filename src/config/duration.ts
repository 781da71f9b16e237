import ms, { type StringValue } from "ms";

/** `10s` in ms; the text must fit `grammar.duration`. */
export function durationMs(text: string): number {
  return ms(text as StringValue);
}
