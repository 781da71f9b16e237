import type { JSX } from "react";
import { useEffect, useId } from "react";
import type { Text } from "../block-kit.ts";
import type { View } from "../world.ts";
import { useFocusTrap } from "./use-focus-trap.ts";
import { useViewForm } from "./use-view-form.ts";
import { ViewBody } from "./view-body.tsx";

type Props = { view: View; refresh: () => Promise<void> };

const wordsOf = (text: Text | string | undefined): string | undefined =>
  typeof text === "string" ? text : text?.text;

/** The dialog that Slack shows a user for an open view. */
export function ViewModal({ view, refresh }: Props): JSX.Element {
  const form = useViewForm(view, refresh);
  const box = useFocusTrap(() => void form.close());
  const titleId = useId();
  const { problems } = form;
  useEffect(() => {
    // Lead the keyboard to the first answer that was refused.
    if (Object.keys(problems).length === 0) return;
    box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problems, box]);
  return (
    <div className="overlay">
      <div
        ref={box}
        className="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        data-testid="modal"
        data-view={view.id}
      >
        <header className="dialog-head">
          <h2 id={titleId}>{wordsOf(view.title) ?? view.callback_id}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={() => void form.close()}>
            <span aria-hidden="true">✕</span>
          </button>
        </header>
        <form
          className="dialog-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void form.submit();
          }}
        >
          <ViewBody view={view} form={form} />
          <Foot view={view} form={form} />
        </form>
      </div>
    </div>
  );
}

function Foot({ view, form }: { view: View; form: ReturnType<typeof useViewForm> }): JSX.Element {
  // A view without inputs has no submit button unless it names one.
  const canSubmit = view.submit !== undefined || view.blocks.some((block) => block.type === "input");
  return (
    <footer className="dialog-foot">
      <button
        type="button"
        className="button button-large"
        data-testid="modal-cancel"
        onClick={() => void form.close()}
      >
        {wordsOf(view.close) ?? (canSubmit ? "Cancel" : "Close")}
      </button>
      {canSubmit && (
        <button
          type="submit"
          className="button button-large button-primary"
          data-testid="modal-submit"
          aria-busy={form.pending}
          aria-disabled={form.pending}
        >
          <span className="button-label">{wordsOf(view.submit) ?? "Submit"}</span>
          {form.pending && <span className="spinner" aria-hidden="true" />}
        </button>
      )}
    </footer>
  );
}
