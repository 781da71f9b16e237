import type { JSX } from "react";
import type { World } from "../world.ts";
import type { Deed } from "./use-deeds.ts";
import { useDeeds } from "./use-deeds.ts";

type Props = {
  registry: World["registry"];
  /** Whether something runs images, so that a broken one can be seen to break. */
  runsImages: boolean;
  refresh: () => Promise<void>;
};

/** The buttons that act on the registry, with the repository and the tag they act on. */
export function PushForm({ registry, runsImages, refresh }: Props): JSX.Element {
  const deeds = useDeeds(registry, refresh);
  const { busy, quarantine } = deeds;
  const incomplete = deeds.image.repository === "" || deeds.image.tag === "";
  const shared = { busy, run: deeds.run };
  return (
    <section className="push-form" aria-label="Act on the registry">
      <div className="push-fields">
        <TextBox
          label="Repository"
          testId="push-repository"
          value={deeds.repository}
          change={deeds.setRepository}
        />
        <TextBox label="Tag" testId="push-tag" value={deeds.tag} change={deeds.setTag} />
      </div>
      <div className="push-buttons">
        <DeedButton
          deed="push-image"
          label="Push image"
          style="button-primary"
          off={incomplete}
          {...shared}
        />
        <DeedButton deed="push-multi-arch" label="Push multi-arch" off={incomplete} {...shared} />
        <DeedButton deed="push-quarantined" label="Push quarantined" off={incomplete} {...shared} />
        {runsImages && <DeedButton deed="push-broken" label="Push broken" off={incomplete} {...shared} />}
        <DeedButton
          deed="delete-newest"
          label="Delete newest"
          style="button-danger-quiet"
          off={deeds.newest === undefined}
          {...shared}
        />
      </div>
      <button
        type="button"
        role="switch"
        data-testid="toggle-quarantine"
        className="switch"
        aria-checked={quarantine}
        aria-busy={busy === "toggle-quarantine"}
        onClick={() => void deeds.run("toggle-quarantine")}
      >
        <span>Quarantine {quarantine ? "on" : "off"}</span>
        <span className="switch-track" aria-hidden="true" />
      </button>
      {deeds.trouble && (
        <p className="field-problem" role="alert">
          ⚠ {deeds.trouble}
        </p>
      )}
    </section>
  );
}

type DeedButtonProps = {
  deed: Deed;
  label: string;
  style?: string;
  off: boolean;
  busy: Deed | undefined;
  run: (deed: Deed) => Promise<void>;
};

function DeedButton({ deed, label, style = "", off, busy, run }: DeedButtonProps): JSX.Element {
  return (
    <button
      type="button"
      data-testid={deed}
      className={`button button-large ${style}`}
      disabled={off}
      aria-busy={busy === deed}
      onClick={() => void run(deed)}
    >
      <span className="button-label">{label}</span>
      {busy === deed && <span className="spinner" aria-hidden="true" />}
    </button>
  );
}

type TextBoxProps = { label: string; testId: string; value: string; change: (value: string) => void };

function TextBox({ label, testId, value, change }: TextBoxProps): JSX.Element {
  return (
    <label className="push-field">
      <span>{label}</span>
      <input
        className="text-input"
        data-testid={testId}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    </label>
  );
}
