import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The three texts that make up the demo page. */
export type Page = { readonly html: string; readonly script: string; readonly styles: string };

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>acr-chatops demo</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/demo/page.css">
    <script type="module" src="/demo/page.js"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>The demo page needs JavaScript.</noscript>
  </body>
</html>
`;

const inThisFolder = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Gives the demo page, bundled and minified in memory; rejects with esbuild's messages when it cannot. */
export async function buildPage(): Promise<Page> {
  const result = await build({
    entryPoints: { page: inThisFolder("./main.tsx"), styles: inThisFolder("./styles/page.css") },
    outdir: inThisFolder("./unwritten"),
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    logLevel: "silent",
  });
  const textOf = (ending: string): string => {
    const file = result.outputFiles.find((output) => output.path.endsWith(ending));
    if (!file) throw new Error(`The demo page was bundled without a ${ending} file.`);
    return file.text;
  };
  return { html, script: textOf("page.js"), styles: textOf("styles.css") };
}
