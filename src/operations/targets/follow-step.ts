import { ChatopsError } from "../../errors.ts";
import type { Step, StepResult, StepRun } from "../target-port.ts";

/**
 * A step that asks how something is that was begun. A refusal that stays is no failure of what runs there: then nobody
 * knows how it ends, and a person has to look, behind the link if there is one.
 */
export function followStep(
  names: Pick<Step, "name" | "says">,
  ask: (run: StepRun) => Promise<StepResult>,
  linkOf: (run: StepRun) => string | undefined = () => undefined,
): Step {
  return {
    ...names,
    changes: false,
    async run(run) {
      try {
        return await ask(run);
      } catch (error) {
        if (!(error instanceof ChatopsError) || error.retryable) throw error;
        const outcome = `${error.message} It was begun, and how it ends is not known.`;
        return { kind: "in-doubt", outcome, link: linkOf(run) };
      }
    },
  };
}
