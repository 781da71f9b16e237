import { type Span, type Text, text } from "../../nouns/text.ts";
import { shown } from "../text/text-limits.ts";

/** A role whose people are called: its name, and whom the operator named for it on each platform. */
export type CalledRole = Omit<Extract<Span, { kind: "role" }>, "kind">;

/** Each role, mentioned where the platform knows whom to call; nothing if there is none. */
export function roleCall(roles: readonly CalledRole[]): Text {
  return text(
    ...roles
      .slice(0, shown.people)
      .flatMap((role): (Span | string)[] => [", ", { kind: "role", ...role }])
      .slice(1),
  );
}

/** The roles' names alone: nobody is called. */
export function roleNames(roles: readonly CalledRole[]): string {
  return roles
    .slice(0, shown.people)
    .map(({ name }) => name)
    .join(", ");
}
