import { describe, expect, it } from "vitest";
import { nameOfImage } from "../../demo/page/runs/image-name.ts";
import { rolloutOf } from "../../demo/page/runs/rollout.ts";
import type { Pod } from "../../demo/page/world.ts";

const before = `contoso.azurecr.io/shop/checkout@sha256:${"a".repeat(64)}`;
const wanted = `contoso.azurecr.io/shop/checkout@sha256:${"b".repeat(64)}`;
const pod = (image: string, state: string, isReady = state === "Running"): Pod => ({
  name: "checkout-1",
  image,
  state,
  isReady,
});
const old = pod(before, "Running");
const ready = pod(wanted, "Running");

describe("how far a rollout is", () => {
  const rollout = (...pods: readonly Pod[]) =>
    rolloutOf({ workload: "deployment/checkout", image: wanted, replicas: 3, pods });

  it.each([
    ["nothing is new yet", [old, old, old], { done: 0, look: "busy", words: "0/3 new" }],
    ["one is coming up", [old, old, ready, pod(wanted, "ContainerCreating")], { done: 1, look: "busy" }],
    ["all are new, an old one still ends", [ready, ready, ready, old], { done: 3, look: "busy" }],
    ["all are new", [ready, ready, ready], { done: 3, look: "good", words: "3/3 ready" }],
    ["a new one runs and is not ready", [ready, ready, pod(wanted, "Running", false)], { look: "busy" }],
    ["a new one cannot be pulled", [old, old, old, pod(wanted, "ImagePullBackOff")], { look: "bad" }],
    ["a new one crashes", [ready, old, old, pod(wanted, "CrashLoopBackOff")], { done: 1, look: "bad" }],
    ["only an old one is broken", [pod(before, "CrashLoopBackOff"), ready], { look: "busy" }],
    ["there are no pods", [], { done: 0, look: "busy", words: "0/3 new" }],
  ] as const)("%s", (_name, pods, expected) => {
    expect(rollout(...pods)).toMatchObject(expected);
  });
});

describe("the name of an image that runs", () => {
  const digest = `sha256:${"b".repeat(64)}`;
  const named = (tags: Readonly<Record<string, string>>) =>
    nameOfImage(wanted, { "shop/checkout": { tags, manifests: {} } });

  it("is its newest version tag, not an environment's, and its short digest", () => {
    expect(named({ staging: digest, "1.4.9": digest, "1.4.10": digest, "2.0.0": "sha256:other" })).toEqual({
      repository: "shop/checkout",
      tag: "1.4.10",
      digest: "b".repeat(12),
    });
  });

  it("is its digest alone where no version tag names it", () => {
    expect(named({ staging: digest })).toMatchObject({ tag: undefined, digest: "b".repeat(12) });
    expect(nameOfImage(wanted, {})).toMatchObject({ repository: "shop/checkout", tag: undefined });
    expect(nameOfImage("", {})).toEqual({ repository: "", tag: undefined, digest: "" });
  });
});
