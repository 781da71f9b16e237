import type { JSX } from "react";
import type { Field as AnyField, Choice, TextInput } from "../block-kit.ts";
import { optionsOf } from "../block-kit.ts";
import { RichText } from "../slack/rich-line.tsx";

type Held = string | readonly string[];
type Props<T> = {
  field: T;
  id: string;
  testId: string;
  held: Held;
  describedBy: string | undefined;
  bad: boolean;
  change: (held: Held) => void;
};

/** One field of a dialog: text of one or many lines, a menu, radio buttons or checkboxes. */
export function Field(props: Props<AnyField>): JSX.Element {
  const { field } = props;
  switch (field.type) {
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
      return <TextField {...props} field={field} />;
    case "static_select":
    case "overflow":
      return <Menu {...props} field={field} />;
    case "radio_buttons":
    case "checkboxes":
    case "multi_static_select":
      return <Ticks {...props} field={field} />;
    default:
      return <Unknown {...props} />;
  }
}

function Unknown({ field }: { field: { readonly type: string } }): JSX.Element {
  return <span className="unknown-element">The demo cannot show “{field.type}”.</span>;
}

const aria = (props: Props<unknown>) => ({
  id: props.id,
  "data-testid": props.testId,
  "aria-describedby": props.describedBy,
  "aria-invalid": props.bad,
});

function TextField(props: Props<TextInput>): JSX.Element {
  const { field } = props;
  const shared = {
    ...aria(props),
    className: "text-input",
    placeholder: field.placeholder?.text,
    maxLength: field.max_length,
    value: typeof props.held === "string" ? props.held : "",
    onChange: (event: { readonly target: { readonly value: string } }) => props.change(event.target.value),
  };
  if (field.multiline) return <textarea {...shared} rows={4} />;
  return <input {...shared} type="text" inputMode={field.type === "number_input" ? "decimal" : "text"} />;
}

function Menu(props: Props<Choice>): JSX.Element {
  const options = optionsOf(props.field).map((option) => (
    <option key={option.value} value={option.value}>
      {option.text.text}
    </option>
  ));
  return (
    <select
      {...aria(props)}
      className="select"
      value={props.held[0] ?? ""}
      onChange={(event) => props.change(event.target.value === "" ? [] : [event.target.value])}
    >
      <option value="">{props.field.placeholder?.text ?? "Choose an option"}</option>
      {options}
    </select>
  );
}

function Ticks(props: Props<Choice>): JSX.Element {
  const one = props.field.type === "radio_buttons";
  const held = typeof props.held === "string" ? [] : props.held;
  const toggle = (value: string): void => {
    if (one) props.change([value]);
    else props.change(held.includes(value) ? held.filter((other) => other !== value) : [...held, value]);
  };
  return (
    <div className="ticks" data-testid={props.testId}>
      {optionsOf(props.field).map((option, index) => (
        <label key={option.value} className="tick">
          <input
            type={one ? "radio" : "checkbox"}
            name={props.id}
            id={index === 0 ? props.id : undefined}
            aria-describedby={props.describedBy}
            checked={held.includes(option.value)}
            onChange={() => toggle(option.value)}
          />
          <span>
            <RichText text={option.text} />
            {option.description && (
              <span className="tick-description">
                <RichText text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
