import { describe, expect, it } from "vitest";
import { configFromEnvironment } from "../../../src/config/from-environment.ts";
import { proxyHosts, proxyProblems, proxySecrets } from "../../../src/config/read/proxy-variables.ts";
import { environment, linesOf, load, minimal } from "../support.ts";

describe("the addresses of proxies", () => {
  it.each(["http://p:3128", "https://p", "http://user:p%40ss@p:3128/", "HTTP://p", ""])(
    "takes %j",
    (value) => {
      expect(proxyProblems({ HTTPS_PROXY: value, HTTP_PROXY: value, NO_PROXY: "anything" })).toEqual([]);
    },
  );

  it.each(["p:3128", "10.0.0.1:3128", "socks5://p:1080", "http://", "http://u:50%off-hunter2@p", "hunter2"])(
    "refuses %j by the variable's name, and does not quote it",
    (value) => {
      expect(proxyProblems({ https_proxy: value })).toEqual([
        {
          path: "HTTPS_PROXY",
          message: expect.stringMatching(/^is not the address of a proxy(?!.*hunter2)/),
        },
      ]);
      expect(proxyProblems({ HTTP_PROXY: value })).toMatchObject([{ path: "HTTP_PROXY" }]);
    },
  );

  it("stand among all other problems, with a file and without one", async () => {
    const HTTPS_PROXY = "socks5://bot:hunter2@p:1080";
    const found = [
      linesOf(await load(`${minimal}mood: good\n`, { ...environment, HTTPS_PROXY })),
      linesOf(configFromEnvironment({ HTTPS_PROXY })),
    ];
    for (const lines of found) {
      expect(lines[0]).toMatch(/^HTTPS_PROXY: is not the address of a proxy/);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.join()).not.toContain("hunter2");
    }
  });

  it("are not read from ALL_PROXY, which must be an address all the same", () => {
    expect(proxyProblems({ ALL_PROXY: "socks5://p:1080" })).toEqual([]);
    expect(proxyProblems({ all_proxy: "10.0.0.1:1080" })).toMatchObject([{ path: "ALL_PROXY" }]);
  });

  it("are told without users and passwords", () => {
    expect(proxyHosts({ HTTPS_PROXY: "http://bot:hunter2@p:3128", http_proxy: "https://q" })).toEqual({
      HTTPS_PROXY: "p:3128",
      HTTP_PROXY: "q",
    });
    expect(proxyHosts({ NO_PROXY: "p" })).toBeUndefined();
  });

  it("names a password in each form in which it can turn up", () => {
    const secrets = proxySecrets({ HTTPS_PROXY: "http://bot:p%40ss@p:3128", HTTP_PROXY: "http://p:3128" });
    expect(secrets).toEqual(["p@ss", "p%40ss", Buffer.from("bot:p@ss").toString("base64")]);
  });
});
