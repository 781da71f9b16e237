import type { JSX } from "react";
import { useId } from "react";
import { createPortal } from "react-dom";
import type { Confirm } from "../block-kit.ts";
import { RichText } from "../slack/rich-line.tsx";
import { useFocusTrap } from "./use-focus-trap.ts";

type Props = { confirm: Confirm; onConfirm: () => void; onDeny: () => void };

/** The question that a button with `confirm` asks before its click is sent. */
export function ConfirmDialog({ confirm, onConfirm, onDeny }: Props): JSX.Element {
  const box = useFocusTrap(onDeny);
  const titleId = useId();
  return createPortal(
    <div className="overlay">
      <div
        ref={box}
        className="dialog dialog-small"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby={titleId}
        data-testid="confirm"
      >
        <header className="dialog-head">
          <h2 id={titleId}>{confirm.title.text}</h2>
        </header>
        <div className="dialog-body">
          <RichText text={confirm.text} />
        </div>
        <footer className="dialog-foot">
          <button type="button" className="button button-large" data-testid="confirm-deny" onClick={onDeny}>
            {confirm.deny?.text ?? "Cancel"}
          </button>
          <button
            type="button"
            className={`button button-large button-${confirm.style ?? "primary"}`}
            data-testid="confirm-yes"
            onClick={onConfirm}
          >
            {confirm.confirm?.text ?? "Yes"}
          </button>
        </footer>
      </div>
    </div>,
    document.body,
  );
}
