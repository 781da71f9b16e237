import { describe, expect, it } from "vitest";
import { addressRefusal, reachOf, urlRefusal } from "../../src/outgoing/address-rules.ts";

describe("which addresses may be called", () => {
  it.each([
    "https://deploy.contoso.com/x",
    "http://127.0.0.1:8080/x",
    "http://localhost/x",
    "https://[::1]/",
  ])("takes %s", (url) => expect(urlRefusal(new URL(url))).toBeUndefined());

  it.each([
    "http://deploy.contoso.com/x",
    "ftp://127.0.0.1/",
    "https://user:pass@deploy.contoso.com/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://METADATA.google.internal./",
    "http://127.0.0.1.nip.io/",
    "http://localhost:42356/msi/token?resource=x",
    "http://127.0.0.1:40342/metadata/identity/oauth2/token",
    "http://127.0.0.1:40342//%6dsi/token",
  ])("refuses %s", (url) => expect(urlRefusal(new URL(url))).toEqual(expect.any(String)));

  it("quotes no password", () => {
    expect(urlRefusal(new URL("https://user:hunter2@x.example/"))).not.toContain("hunter2");
  });

  it.each(["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])(
    "connects to %s",
    (address) => expect(addressRefusal(address, "public")).toBeUndefined(),
  );

  it.each([
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd12::1",
    "127.0.0.1",
    "::1",
    "::ffff:10.0.0.1",
  ])("connects to %s only if private networks are allowed", (address) => {
    expect(addressRefusal(address, "public")).toMatch(/private network/);
    expect(addressRefusal(address, "private")).toBeUndefined();
  });

  it.each([
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",
    "fe80::1",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
    "not an address",
  ])("never connects to %s", (address) => {
    for (const reach of ["public", "private", "loopback"] as const)
      expect(addressRefusal(address, reach), reach).toEqual(expect.any(String));
  });

  it("takes what was given as loopback to loopback only", () => {
    expect(reachOf(new URL("http://localhost/"), true)).toBe("loopback");
    expect(addressRefusal("127.0.0.2", "loopback")).toBeUndefined();
    expect(addressRefusal("93.184.216.34", "loopback")).toEqual(expect.any(String));
    expect(addressRefusal("10.0.0.1", "loopback")).toEqual(expect.any(String));
  });

  it("knows the odd ways to write an address, as URLs do", () => {
    expect(new URL("https://2852039166/").hostname).toBe("169.254.169.254");
    expect(reachOf(new URL("http://0x7f.1/"), false)).toBe("loopback");
  });
});
