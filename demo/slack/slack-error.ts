/** A refusal that the Web API answers as `{"ok":false,"error":code}`, with more fields where Slack has them. */
export class SlackError extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = "SlackError";
    this.code = code;
    this.fields = fields;
  }
}

/** The refusal of a message's blocks, which names every problem as Slack does. */
export function invalidBlocks(problems: readonly string[]): SlackError {
  return new SlackError("invalid_blocks", problemFields(problems));
}

/** The refusal of a view: Slack says `invalid_arguments` there, with the same list of problems. */
export function invalidView(problems: readonly string[]): SlackError {
  return new SlackError("invalid_arguments", problemFields(problems));
}

function problemFields(problems: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  };
}
