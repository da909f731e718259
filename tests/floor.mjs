// The scripts of a live page must run in the browsers that README names. Ours parse as ES2019, as Chrome 79 has it, floor.js
// as ES5, and call nothing that came later; htmx, whose file is named on the command line, needs ES2020, so Chrome 80: when
// it needs more, this fails, and README has to say so. Part of `make lint`.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";

const { parse, tokenizer } = createRequire(new URL("../.venv/npm/", import.meta.url))("acorn");
// What else is tempting in such scripts, and came after Chrome 79.
const LATER = /^(replaceAll|replaceChildren|hasOwn|findLast|findLastIndex|any|toSorted|toSpliced|randomUUID|aria[A-Z]\w*)$/;
const errors = [];

function check(name, url, ecmaVersion, isOurs) {
  const source = readFileSync(url, "utf8");
  try {
    parse(source, { ecmaVersion });
  } catch (error) {
    return errors.push(`${name}: not ES${ecmaVersion}: ${error.message}`);
  }
  if (!isOurs) return;
  const tokens = [...tokenizer(source, { ecmaVersion, locations: true })];
  tokens.forEach((token, i) => {
    const isMember = i && tokens[i - 1].type.label === ".", isCalled = tokens[i + 1] && tokens[i + 1].type.label === "(";
    if (isMember && (LATER.test(token.value) || (token.value === "at" && isCalled)))
      errors.push(`${name}:${token.loc.start.line}: .${token.value} is not in Chrome 79`);
  });
}

for (const path of ["../live/static/live/", "../static/boards/"]) {
  const folder = new URL(path, import.meta.url), scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  for (const name of scripts) check(name, new URL(name, folder), name === "floor.js" ? 5 : 2019, true);
  if (!scripts.length) errors.push(`no scripts in ${path}`);
}
for (const path of process.argv.slice(2)) check(path, path, 2020, false);
for (const error of errors) console.error(error);
process.exit(errors.length ? 1 : 0);
