import type { JSX } from "react";
import type { Input } from "../block-kit.ts";
import { withEmoji } from "../slack/emoji.ts";
import { Field } from "./field.tsx";

type Props = {
  block: Input;
  blockId: string;
  id: string;
  held: string | readonly string[];
  problem: string | undefined;
  change: (held: string | readonly string[]) => void;
};

/** A label, its field, and beneath it what is wrong or how to fill it. */
export function InputBlock({ block, blockId, id, held, problem, change }: Props): JSX.Element {
  const noteId = `${id}-note`;
  const note = problem ?? block.hint?.text;
  // Radio buttons and checkboxes are named as a group, a single field by its label.
  const many = block.element.type === "radio_buttons" || block.element.type === "checkboxes";
  const label = (
    <>
      {withEmoji(block.label.text)}
      {block.optional && <span className="optional"> (optional)</span>}
    </>
  );
  const body = (
    <>
      <Field
        field={block.element}
        id={id}
        testId={`input-${blockId}`}
        held={held}
        describedBy={note ? noteId : undefined}
        bad={problem !== undefined}
        change={change}
      />
      {note && (
        <p
          id={noteId}
          data-testid={`note-${blockId}`}
          className={problem ? "field-problem" : "field-hint"}
          role={problem ? "alert" : undefined}
        >
          {problem ? `⚠ ${problem}` : note}
        </p>
      )}
    </>
  );
  return (
    <div className="block-input">
      {many ? (
        <fieldset>
          <legend className="field-label">{label}</legend>
          {body}
        </fieldset>
      ) : (
        <>
          <label className="field-label" htmlFor={id}>
            {label}
          </label>
          {body}
        </>
      )}
    </div>
  );
}
