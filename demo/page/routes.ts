import type { FastifyInstance } from "fastify";
import type { Page } from "./build.ts";

// Everything comes from this server. React sets inline styles through the DOM, which CSP does not stop,
// so no 'unsafe-inline' is needed. data: is for the empty icon only.
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** Serves the page at /demo, /demo/page.js and /demo/page.css, and nothing else. */
export function pageRoutes(app: FastifyInstance, page: Page): void {
  const serve = (path: string, type: string, body: string): void => {
    app.get(path, (_request, reply) => reply.headers(headers).type(`${type}; charset=utf-8`).send(body));
  };
  serve("/demo", "text/html", page.html);
  serve("/demo/page.js", "text/javascript", page.script);
  serve("/demo/page.css", "text/css", page.styles);
}
