import { describe, expect, it } from "vitest";
import { z } from "zod";
import { armPath } from "../../src/azure/arm-id.ts";
import { type ArmScript, startScriptedArm } from "../support/scripted-arm.ts";
import { scriptedEntraToken } from "../support/scripted-registry.ts";

const purpose = {
  doing: "change the app shop",
  action: "Microsoft.App/containerApps/write",
  on: "the app shop",
};
const request = {
  method: "PATCH",
  path: "/subscriptions/s/x",
  apiVersion: "2025-07-01",
  json: { a: 1 },
  ifMatch: '"1"',
} as const;
const signal = () => AbortSignal.timeout(10_000);

async function send(script: ArmScript) {
  const arm = await startScriptedArm([script]);
  try {
    return { answer: await arm.caller.send(purpose, request, signal()), seen: arm.seen };
  } finally {
    await arm.close();
  }
}

describe("a call of ARM", () => {
  it("is sent with its body, version, ETag and token", async () => {
    const { seen } = await send({ status: 202 });
    expect(seen).toMatchObject([
      {
        method: "PATCH",
        path: "/subscriptions/s/x?api-version=2025-07-01",
        body: '{"a":1}',
        headers: {
          "content-type": "application/json",
          "if-match": '"1"',
          authorization: `Bearer ${scriptedEntraToken}`,
        },
      },
    ]);
  });

  it.each([200, 201, 202])("takes %i with or without a body, and its headers", async (status) => {
    const { answer } = await send({ status, body: { b: 2 }, headers: { "Azure-AsyncOperation": "x" } });
    expect([answer.status, answer.body, answer.header("azure-asyncoperation")]).toEqual([
      status,
      { b: 2 },
      "x",
    ]);
    expect((await send({ status })).answer.body).toBeUndefined();
    // A write that was answered with nonsense has had its effect.
    expect((await send({ status, body: "<html>" })).answer.body).toBeUndefined();
  });

  it.each<[number, string, string, boolean]>([
    [400, "InvalidTemplate", "target-refused", false],
    [401, "InvalidAuthenticationToken", "arm-unauthorized", false],
    [403, "AuthorizationFailed", "arm-forbidden", false],
    [404, "ResourceNotFound", "arm-not-found", false],
    [405, "HttpMethodNotAllowed", "target-refused", false],
    [409, "ContainerAppOperationInProgress", "arm-unavailable", true],
    [409, "ScopeLocked", "target-refused", false],
    [412, "PreconditionFailed", "arm-unavailable", true],
    [422, "Unprocessable", "target-refused", false],
    [429, "TooManyRequests", "arm-unavailable", true],
    [500, "InternalServerError", "arm-unavailable", true],
    [503, "ServiceUnavailable", "arm-unavailable", true],
  ])("that is refused with %i %s is %s, to be tried again: %s", async (status, said, code, retryable) => {
    const body = { error: { code: said, message: "the reason" } };
    await expect(send({ status, body })).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringContaining(`Azure refused to change the app shop (${status} ${said}).`),
    });
  });

  it("names identity, action and resource where a role is missing, and what ARM said at the bottom", async () => {
    const details = [{ code: "LinkedAuthorizationFailed", message: "no access to the identity" }];
    const body = { error: { code: "AuthorizationFailed", message: "outer", details } };
    await expect(send({ status: 403, body })).rejects.toThrow(
      'Give the identity "deploy" a role with the action Microsoft.App/containerApps/write on the app shop. It said: outer LinkedAuthorizationFailed: no access to the identity',
    );
  });

  it("understands App Service's older errors", async () => {
    const body = { Code: "BadRequest", Message: "The parameter LinuxFxVersion has an invalid value." };
    await expect(send({ status: 400, body })).rejects.toThrow(/400 BadRequest.*LinuxFxVersion/);
  });

  it("keeps Retry-After", async () => {
    await expect(send({ status: 429, headers: { "Retry-After": "9" } })).rejects.toMatchObject({
      retryAfterMs: 9_000,
    });
  });

  it("is to be tried again when nobody answers", async () => {
    const arm = await startScriptedArm([]);
    await arm.close();
    await expect(arm.caller.send(purpose, request, signal())).rejects.toMatchObject({
      code: "arm-unavailable",
      retryable: true,
    });
  });

  it("shows no token", async () => {
    const body = { error: { code: "A", message: `Bearer ${scriptedEntraToken} eyJ${"a".repeat(99)}` } };
    const error: Error = await send({ status: 400, body }).then(
      () => new Error("taken"),
      (reason: Error) => reason,
    );
    expect(error.message).not.toContain("eyJ");
  });

  it("makes an error of an answer of another shape", async () => {
    const arm = await startScriptedArm([{ status: 200, body: { a: 1 } }]);
    const asked = arm.caller.ask(purpose, request, z.object({ properties: z.object({}) }), signal());
    await expect(asked).rejects.toMatchObject({
      code: "arm-unavailable",
      retryable: false,
      message: expect.stringContaining("properties"),
    });
    await arm.close();
  });
});

describe("the path of an ARM id", () => {
  it("is the id, encoded", () => {
    expect(armPath("/subscriptions/a b/resourceGroups/rg?x")).toBe(
      "/subscriptions/a%20b/resourceGroups/rg%3Fx",
    );
  });

  it.each(["", "x", "https://evil.example/", "/subscriptions/../x", "/subscriptions/s/./x"])(
    "is none for %j",
    (id) => {
      expect(() => armPath(id)).toThrow(RangeError);
    },
  );
});
