import type { RequestFacts } from "./records.ts";

/** Something that happened and that a webhook may be told; the fields are those of acr-facts 1.4. */
export type RegistryFact =
  | {
      readonly action: "push" | "quarantine";
      readonly repository: string;
      readonly digest: string;
      readonly mediaType: string;
      readonly size: number;
      readonly tag?: string;
      readonly request: RequestFacts;
    }
  | {
      readonly action: "delete";
      readonly repository: string;
      readonly digest: string;
      readonly mediaType: string;
      readonly request: RequestFacts;
    }
  | ChartFact;

/** A fact of the legacy Helm repositories, retired on 15 September 2025. */
export type ChartFact = {
  readonly action: "chart_push" | "chart_delete";
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  readonly name: string;
  readonly version: string;
};
