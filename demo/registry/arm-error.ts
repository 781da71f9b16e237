import { Refusal } from "../shared/refusal.ts";

/** A refusal of the management plane. */
export class ArmError extends Refusal {}
