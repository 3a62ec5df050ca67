// JavaScript packages for the tests, all in one process: starting Node and loading a package takes
// longer than using it. Each line of standard input is a JSON array, a tool's name and its
// parameters; each is answered with a line {answer} or {error}.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);

// nexrender itself is run nowhere: only the step that writes its script for a job's assets.
async function nexrender(job) {
  const assemble = require("@nexrender/core/src/tasks/script");
  const folder = mkdtempSync(join(tmpdir(), "nexrender-script-"));
  // nexrender's own init() needs an installed After Effects; this step needs no more than these.
  const settings = {
    logger: { log() {} },
    trackCombined() {},
    trackSync() {},
    wsl: false,
  };
  try {
    await assemble({ ...job, workpath: folder }, settings);
    return readFileSync(join(folder, `nexrender-${job.uid}-script.jsx`), "utf-8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The error in a source of ECMAScript 3, or what is doubtful in it.
function survey(source) {
  const acorn = require("acorn");
  let tree;
  try {
    tree = acorn.parse(source, { ecmaVersion: 3, allowReserved: "never", preserveParens: true });
  } catch (error) {
    return { error: error.message };
  }
  const found = { members: [], names: [], nested: [], made: [], called: [] };
  const visit = (node) => {
    if (!node || typeof node.type !== "string") return;
    const line = node.type + " at " + source.slice(0, node.start).split("\n").length;
    if (node.type === "MemberExpression" && !node.computed) found.members.push(node.property.name);
    if (node.type === "Identifier") found.names.push(node.name);
    if (node.type === "NewExpression") found.made.push(node.callee.name);
    if (node.type === "CallExpression") found.called.push(node.callee.name);
    for (const key of Object.keys(node)) {
      for (const child of [].concat(node[key])) {
        if (!child || typeof child.type !== "string") continue;
        const both = [node, child].every((item) => item.type === "LogicalExpression");
        if (both && node.operator !== child.operator) found.nested.push(line);
        if ([node, child].every((item) => item.type === "ConditionalExpression")) {
          found.nested.push(line);
        }
        visit(child);
      }
    }
  };
  visit(tree);
  return found;
}

const parsed = new Map(); // declarations, which programs share

// What TypeScript says of the JavaScript program of a folder's tsconfig.json.
function types(folder) {
  const ts = require("typescript");
  const read = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  const config = ts.parseJsonConfigFileContent(read.config ?? {}, ts.sys, folder);
  const host = ts.createCompilerHost(config.options);
  const parse = host.getSourceFile;
  host.getSourceFile = (file, language, ...rest) => {
    if (!file.endsWith(".d.ts")) return parse(file, language, ...rest);
    const key = JSON.stringify([file, language]);
    if (!parsed.has(key)) parsed.set(key, parse(file, language, ...rest));
    return parsed.get(key);
  };
  const program = ts.createProgram(config.fileNames, config.options, host);
  const found = [
    ...(read.error ? [read.error] : []),
    ...config.errors,
    ...ts.getPreEmitDiagnostics(program),
  ];
  return ts.formatDiagnostics(found, host);
}

const tools = { nexrender, survey, types };
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  let result;
  try {
    result = { answer: await tools[name](...given) };
  } catch (error) {
    result = { error: String(error.stack ?? error) };
  }
  process.stdout.write(JSON.stringify(result) + "\n");
}
