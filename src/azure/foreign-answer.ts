import type { PipelineResponse } from "@azure/core-rest-pipeline";

const headBytes = 512;

/** Something that stands between answered in place of who was asked: a proxy, a captive portal, a gateway's login. */
export class ForeignAnswerError extends Error {
  /** `answer`: what came instead, such as `a web page`. */
  constructor(answer: string) {
    super(`${answer} came in place of its answer, as from a proxy or a portal in between`);
    this.name = "ForeignAnswerError";
  }
}

/** Throws for a page made for people. No system that is called here sends one, save for its gateway's 5xx. */
export function refuseWebPage({ status, headers }: Omit<PipelineResponse, "request">, body: Buffer): void {
  if (status < 500 && isWebPage(headers.get("content-type") ?? "", body))
    throw new ForeignAnswerError(`a web page (status ${status})`);
}

function isWebPage(type: string, body: Buffer): boolean {
  if (body.length === 0) return false;
  if (type !== "") return /^\s*(?:text\/html|application\/xhtml\+xml)/i.test(type);
  return /^\s*(?:<!doctype\s+html|<html)/i.test(body.subarray(0, headBytes).toString("latin1"));
}
