import { subjectOf } from "../../nouns/artifact.ts";
import type { Button } from "../../nouns/card.ts";
import { isFinished, type Operation } from "../../nouns/operation.ts";
import type { ButtonMeaning } from "../../nouns/request.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { referenceOf } from "./button-reference.ts";

type ActButton = Extract<Button, { kind: "act" }>;

/** A button together with what it stands for. */
export interface ActOffer {
  readonly button: ActButton;
  readonly meaning: ButtonMeaning;
}

type Offered = Omit<ButtonMeaning, "reference" | "channel" | "subject" | "incarnation"> &
  Pick<ActButton, "label" | "style">;

/** A button of this card; the newest operation of its kind is its generation, so that a finished one gives a new button. */
export function offer(view: ArtifactView, { label, style, ...what }: Offered): ActOffer {
  const { channel, artifact } = view;
  const meaning = { channel, subject: subjectOf(artifact), incarnation: artifact.incarnation, ...what };
  const reference = referenceOf(meaning, lastOf(view, what.verb, what.target)?.id ?? "");
  return {
    button: { kind: "act", verb: what.verb, label, style, reference },
    meaning: { reference, ...meaning },
  };
}

/** The newest operation of that kind on that target (or of no target: a review). */
function lastOf(view: ArtifactView, verb: ButtonMeaning["verb"], target?: string): Operation | undefined {
  return view.operations.find((operation) => operation.kind === verb && operation.target === target);
}

/** Whether the newest operation on that target (or the newest review) was of that kind and went wrong; declined or cancelled is not wrong. */
export function hasFailed(view: ArtifactView, verb: ButtonMeaning["verb"], target?: string): boolean {
  const newest = view.operations.find((operation) => operation.target === target);
  return newest?.kind === verb && (newest.state === "failed" || newest.state === "in-doubt");
}

/** Whether an operation on that target (or a review) waits or runs. */
export function isBusy(view: ArtifactView, target?: string): boolean {
  return view.operations.some((operation) => operation.target === target && !isFinished(operation));
}
