import { z } from "zod";
import type { TargetType } from "../../nouns/target.ts";
import { nearestName } from "../nearest-name.ts";
import { textAt } from "../read/tree.ts";
import { azurePipelinesForm } from "./azure-pipelines-form.ts";
import { containerAppForm } from "./container-app-form.ts";
import { githubForm } from "./github-form.ts";
import { httpForm } from "./http-form.ts";
import { importForm } from "./import-form.ts";
import { kubernetesForm } from "./kubernetes-form.ts";
import { retagForm } from "./retag-form.ts";
import type { TargetForm } from "./target-form.ts";
import { templateForm } from "./template-form.ts";
import { webAppForm } from "./web-app-form.ts";

const forms = {
  retag: retagForm,
  import: importForm,
  "web-app": webAppForm,
  "container-app": containerAppForm,
  kubernetes: kubernetesForm,
  template: templateForm,
  "azure-pipelines": azurePipelinesForm,
  github: githubForm,
  http: httpForm,
};

type Schemas = { readonly [Type in TargetType]: (typeof forms)[Type]["schema"] };
type Forms = { readonly [Type in TargetType]: TargetForm<Type, Schemas[Type]> };
/** The same, seen by the type as a parameter. */
const byType: Forms = forms;

export const targetTypes = Object.keys(forms) as TargetType[];

/** What the configuration knows of a type of target. */
export function formOf<Type extends TargetType>(type: Type): TargetForm<Type, Schemas[Type]> {
  return byType[type];
}

/** The same for a target as it is written; undefined: it has no type that is known. */
export function findForm(target: unknown) {
  const type = targetTypes.find((one) => one === textAt(target, ["type"]));
  return type === undefined ? undefined : formOf(type);
}

const { retag: first, ...others } = forms;

/** One target, under its name. */
export const target = z.discriminatedUnion(
  "type",
  [first.schema, ...Object.values(others).map(({ schema }) => schema)],
  {
    error: ({ input }) =>
      typeof input === "object" && input !== null && !Array.isArray(input)
        ? typeHelp(Reflect.get(input, "type"))
        : "must be a target: { type, registry, repositories, … }",
  },
);
export type TargetFile = z.infer<typeof target>;

/** The type that is probably meant by what is none; undefined: it is like none of them. */
export function meantType(given: unknown): TargetType | undefined {
  const word = typeof given === "string" ? given.toLowerCase() : "";
  const near = nearestName(word, targetTypes);
  return targetTypes.find((type) => formOf(type).otherNames.includes(word) || type === near);
}

/** What a target's `type` should be, for one that is none: the one that is probably meant, or all of them. */
function typeHelp(given: unknown): string {
  const known = meantType(given);
  return known === undefined ? `must be one of ${targetTypes.join(", ")}` : `did you mean ${known}?`;
}
