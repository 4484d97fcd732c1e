// Bundles the editor's packages, their style sheets and their licenses into static/vendor/editor/.
// The output is committed: running and testing the site needs neither Node nor this folder.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUTPUT = "../../static/vendor/editor";
const STYLES = ["prosemirror-view/style/prosemirror.css", "prosemirror-gapcursor/style/gapcursor.css"];
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));

function licenseOf(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file ? readFileSync(`${folder}/${file}`, "utf8").trim() : "";
}

function licenses(inputs) {
  const folders = new Set(inputs.map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]));
  const texts = [...folders].filter(Boolean).sort().map((folder) => {
    const { version, license } = lock.packages[folder];
    return `${folder.replace("node_modules/", "")} ${version} (${license})\n\n${licenseOf(folder)}`;
  });
  return `${texts.join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}

// The site's parser, markdown-it-py, reads lists, quotes and tables at any indent where indented code
// is not enabled; markdown-it does not.
const anyIndent = {
  name: "any-indent",
  setup({ onLoad }) {
    onLoad({ filter: /rules_block\/(?:list|blockquote|table)\.mjs$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const contents = source.replaceAll(/state\.sCount\[\w+\] - state\.blkIndent >= 4/g, "false");
      if (contents === source) throw new Error(`${path} has changed: look at its check of the indent.`);
      return { contents };
    });
  },
};

mkdirSync(OUTPUT, { recursive: true });
const { metafile } = await build({
  entryPoints: ["entry.js"],
  outfile: `${OUTPUT}/editor.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  plugins: [anyIndent],
});
writeFileSync(`${OUTPUT}/LICENSES.txt`, licenses(Object.keys(metafile.inputs)));
const styles = STYLES.map((path) => readFileSync(`node_modules/${path}`, "utf8").trim());
writeFileSync(`${OUTPUT}/prosemirror.css`, `${styles.join("\n\n")}\n`);
