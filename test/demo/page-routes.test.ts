import Fastify from "fastify";
import { afterAll, expect, it } from "vitest";
import { pageRoutes } from "../../demo/page/routes.ts";

const app = Fastify();
pageRoutes(app, { html: "<p>page</p>", script: "let a;", styles: "p{}" });
afterAll(() => app.close());

it("serves the page's three texts, with a policy that lets nothing in from elsewhere", async () => {
  const wanted = { "/demo": "text/html", "/demo/page.js": "text/javascript", "/demo/page.css": "text/css" };
  for (const [url, type] of Object.entries(wanted)) {
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe(`${type}; charset=utf-8`);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(answer.headers["content-security-policy"]).not.toContain("unsafe");
  }
});

it("serves nothing else", async () => {
  for (const url of ["/", "/demo/build.ts", "/demo/page.js/x", "/demo/../package.json"]) {
    expect((await app.inject({ url })).statusCode).toBe(404);
  }
});
