import { describe, expect, it } from "vitest";
import { proxyOf } from "../../src/outgoing/proxy.ts";

const proxy = "http://proxy.contoso.com:3128";
const of = (url: string, environment: Readonly<Record<string, string>> = { HTTPS_PROXY: proxy }) =>
  proxyOf(new URL(url), environment);

describe("which calls go through the proxy", () => {
  it("leads https through HTTPS_PROXY, or through HTTP_PROXY where it is alone, lower case first", () => {
    expect(of("https://slack.com/api/")).toBe(proxy);
    expect(of("https://slack.com/", { HTTP_PROXY: "http://p:1" })).toBe("http://p:1");
    expect(of("https://slack.com/", { HTTP_PROXY: "http://p:1", HTTPS_PROXY: proxy })).toBe(proxy);
    expect(of("https://slack.com/", { https_proxy: "http://p:2", HTTPS_PROXY: proxy })).toBe("http://p:2");
    expect(of("http://contoso.com/")).toBeUndefined();
    expect(of("http://contoso.com/", { HTTP_PROXY: "http://p:1" })).toBe("http://p:1");
    expect(of("https://slack.com/", { HTTPS_PROXY: "", NO_PROXY: "" })).toBeUndefined();
    expect(of("https://slack.com/", {})).toBeUndefined();
  });

  it.each([
    "http://169.254.169.254/metadata/identity/oauth2/token",
    "http://169.254.130.1:8081/msi/token",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://168.63.129.16/",
    "http://127.0.0.1:42356/msi/token",
    "http://127.1.2.3/",
    "http://localhost:40342/metadata/identity/oauth2/token",
    "https://[::1]/",
    "https://kubernetes.default.svc/api/v1",
  ])("never tells a proxy of %s", (url) => {
    expect(of(url, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy })).toBeUndefined();
  });

  it("never tells a proxy of the identity endpoint, wherever the platform says that it is", () => {
    const environment = {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      IDENTITY_ENDPOINT: "https://10.0.0.9:2377/id",
    };
    expect(of("https://10.0.0.9:2377/id?resource=x", environment)).toBeUndefined();
    expect(of("https://10.0.0.9/", environment)).toBe(proxy);
  });

  it.each([
    ["*", "https://slack.com/"],
    ["slack.com", "https://slack.com/"],
    ["a.example, .Contoso.com", "https://deploy.contoso.com/"],
    ["*.contoso.com", "https://deploy.eu.contoso.com/"],
    ["contoso.com", "https://deploy.contoso.com/"],
    ["contoso.com:8443", "https://deploy.contoso.com:8443/"],
    ["contoso.com:443", "https://deploy.contoso.com/"],
    ["10.0.0.0/8", "https://10.1.2.3:6443/"],
    ["10.1.2.3", "https://10.1.2.3:6443/"],
    ["10.1.2.3:6443", "https://10.1.2.3:6443/"],
    ["fd12::/16", "https://[fd12::1]/"],
    ["[fd12::1]:443", "https://[fd12::1]/"],
    ["fd12:0::1", "https://[fd12::1]/"],
  ])("with NO_PROXY=%s calls %s directly", (NO_PROXY, url) => {
    expect(of(url, { HTTPS_PROXY: proxy, NO_PROXY })).toBeUndefined();
    expect(of(url, { HTTPS_PROXY: proxy, no_proxy: NO_PROXY })).toBeUndefined();
  });

  it.each([
    ["", "https://slack.com/"],
    [",", "https://slack.com/"],
    ["ack.com", "https://slack.com/"],
    ["deploy.contoso.com", "https://contoso.com/"],
    ["contoso.com:8443", "https://contoso.com/"],
    ["10.0.0.0/8", "https://11.1.2.3/"],
    ["10.0.0.0/8", "https://10.example/"],
    ["10.0.0.0/8", "https://[fd12::1]/"],
    ["fd12::/16", "https://10.0.0.1/"],
    ["2.3", "https://10.1.2.3/"],
  ])("with NO_PROXY=%j calls %s through it all the same", (NO_PROXY, url) => {
    expect(of(url, { HTTPS_PROXY: proxy, NO_PROXY })).toBe(proxy);
  });
});
