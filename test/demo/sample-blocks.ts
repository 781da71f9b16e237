/** A text object as Block Kit takes it. */
export function plain(text: string) {
  return { type: "plain_text" as const, text };
}

/** A row with one button for each value. */
export function card(...values: readonly string[]) {
  return values.map((value, index) => ({
    type: "actions" as const,
    block_id: `b${index}`,
    elements: [{ type: "button" as const, action_id: "deploy", text: plain("Deploy…"), value }],
  }));
}
