import type { JSX } from "react";
import { useId } from "react";
import { Blocks } from "../slack/blocks.tsx";
import { Guarded } from "../slack/guarded.tsx";
import type { Surface } from "../slack/surface.ts";
import type { View } from "../world.ts";
import { Field } from "./field.tsx";
import { InputBlock } from "./input-block.tsx";
import type { useViewForm } from "./use-view-form.ts";
import { enteredIn } from "./values.ts";

type Props = { view: View; form: ReturnType<typeof useViewForm> };

/** A view's blocks, whose fields keep what is entered, and what went wrong with the whole. */
export function ViewBody({ view, form }: Props): JSX.Element {
  const ids = useId();
  const surface: Surface = {
    click: form.click,
    input: (block, blockId) => (
      <InputBlock
        block={block}
        blockId={blockId}
        id={`${ids}-${blockId}`}
        held={enteredIn(form.entered, blockId, block.element)}
        problem={form.problems[blockId]}
        change={(held) => form.change(blockId, block.element.action_id, held)}
      />
    ),
    field: (blockId, field) => (
      <Field
        field={field}
        id={`${ids}-${blockId}-${field.action_id}`}
        testId={`action-${field.action_id}`}
        held={enteredIn(form.entered, blockId, field)}
        describedBy={undefined}
        bad={false}
        change={(held) => form.change(blockId, field.action_id, held)}
      />
    ),
  };
  return (
    <div className="dialog-body">
      <Guarded text={view.callback_id}>
        <Blocks blocks={view.blocks} surface={surface} />
      </Guarded>
      {form.trouble && (
        <p className="field-problem" role="alert">
          ⚠ {form.trouble}
        </p>
      )}
    </div>
  );
}
