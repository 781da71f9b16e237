import { describe, expect, it } from "vitest";
import { createClaimAnswers } from "../../src/artifacts/ask-about-claims.ts";
import { ChatopsError } from "../../src/errors.ts";
import { type Artifact, newArtifact } from "../../src/nouns/artifact.ts";
import type { FalseClaim } from "../../src/nouns/taken-back.ts";
import type { DigestList, RegistryReader } from "../../src/registry/registry-port.ts";
import { digestA, digestB, start } from "./sightings.ts";

const key = { registry: "contoso", repository: "shop/checkout", digest: digestA };
const subject = `contoso/shop/checkout@${digestA}`;
const pushed = (changes: Partial<FalseClaim["key"]> = {}): FalseClaim => ({
  key: { ...key, ...changes },
  isDelete: false,
});
const deleted = (changes: Partial<FalseClaim["key"]> = {}): FalseClaim => ({
  ...pushed(changes),
  isDelete: true,
});
const list = (...digests: readonly string[]): DigestList => ({ digests, isWhole: true });
const confirmed: Artifact = {
  ...newArtifact(key, start),
  kind: "image",
  verification: { state: "verified", at: start },
};

interface Facts {
  readonly hidden?: readonly string[];
  readonly known?: readonly Artifact[];
  readonly slept?: number[];
}

/** Asks a registry with these lists, and attributes of what no list shows; gives its answers and every call. */
async function answersOf(
  claims: readonly FalseClaim[],
  lists: Readonly<Record<string, DigestList | ChatopsError>>,
  { hidden = [], known = [], slept = [] }: Facts = {},
) {
  const calls: string[] = [];
  const reader: Pick<RegistryReader, "listDigests" | "readAttributes"> = {
    listDigests: async (repository) => {
      calls.push(`list ${repository}`);
      const answer = lists[repository];
      if (answer instanceof ChatopsError) throw answer;
      return answer;
    },
    readAttributes: async (_, digest) => {
      calls.push(`attributes ${digest}`);
      return hidden.includes(digest) ? { tags: [], references: [] } : undefined;
    },
  };
  const store = {
    findArtifact: async () => known[0],
    livingArtifacts: async () => known,
  };
  const clock = { now: () => start, sleep: async (ms: number) => void slept.push(ms) };
  const { ask, answers } = createClaimAnswers({ reader, store, clock });
  await ask(claims);
  await ask(claims);
  return { there: [...answers.there], gone: [...answers.gone], calls };
}

describe("the registry is asked about claims", () => {
  it("with one list for each repository, however many pages there are", async () => {
    const claims = Array.from({ length: 50 }, (_, at) => pushed({ digest: `sha256:${at}` }));
    const { there, calls } = await answersOf([...claims, pushed()], { "shop/checkout": list(digestA) });
    expect(there).toEqual([subject]);
    expect(calls).toEqual(["list shop/checkout"]);
  });

  it("with one call for each of a few that a list does not show, and for all where it is not whole", async () => {
    const few = await answersOf([pushed()], { "shop/checkout": list(digestB) }, { hidden: [digestA] });
    expect(few.there).toEqual([subject]);
    const claims = Array.from({ length: 20 }, (_, at) => pushed({ digest: `sha256:${at}` }));
    const part = { digests: [], isWhole: false };
    const many = await answersOf([...claims, pushed()], { "shop/checkout": part }, { hidden: [digestA] });
    expect(many.there).toEqual([subject]);
    expect((await answersOf([pushed({ repository: "made/up" })], {})).calls).toEqual(["list made/up"]);
  });

  it("and a delete is true of what it had told of and has no more", async () => {
    const lists = { "shop/checkout": list(digestB) };
    expect((await answersOf([deleted()], lists, { known: [confirmed] })).gone).toEqual([subject]);
    expect((await answersOf([deleted()], lists)).gone).toEqual([]);
    const both = await answersOf(
      [deleted(), pushed()],
      { "shop/checkout": list(digestA) },
      { known: [confirmed] },
    );
    expect(both).toMatchObject({ there: [subject], gone: [] });
  });

  it("and a repository is gone only if an image of it was known", async () => {
    const whole = [deleted({ digest: "" })];
    expect((await answersOf(whole, {}, { known: [confirmed] })).gone).toEqual(["contoso/shop/checkout@"]);
    expect((await answersOf(whole, {})).gone).toEqual([]);
    const still = await answersOf(whole, { "shop/checkout": list(digestB) }, { known: [confirmed] });
    expect(still).toMatchObject({ there: [], gone: [] });
  });

  it("patiently, and not for ever", async () => {
    const slept: number[] = [];
    const busy = new ChatopsError("registry-throttled", "later", { retryable: true, retryAfterMs: 9_000 });
    const asked = answersOf([pushed()], { "shop/checkout": busy }, { slept });
    await expect(asked).rejects.toMatchObject({ code: "registry-throttled" });
    expect(slept).toEqual([9_000, 9_000, 9_000, 16_000]);
    const closed = new ChatopsError("registry-unauthorized", "no");
    await expect(answersOf([pushed()], { "shop/checkout": closed })).rejects.toBe(closed);
  });
});
