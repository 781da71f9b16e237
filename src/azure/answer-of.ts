import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { RefusingAnswer } from "./azure-refusal.ts";

/** An answer as a Refusal reads it. */
export function answerOf(response: PipelineResponse): RefusingAnswer {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: response.bodyAsText ?? "",
  };
}
