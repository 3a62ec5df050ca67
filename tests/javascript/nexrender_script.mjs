// Lets nexrender write its own script for a job's assets. Reads {job} as JSON from standard input,
// writes the script to standard output. nexrender itself is run nowhere: only this one step of it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const assemble = createRequire(import.meta.url)("@nexrender/core/src/tasks/script");
const folder = mkdtempSync(join(tmpdir(), "nexrender-script-"));
// nexrender's own init() needs an installed After Effects; this step needs no more than these.
const settings = {
  logger: { log() {} },
  trackCombined() {},
  trackSync() {},
  wsl: false,
};
try {
  const { job } = JSON.parse(readFileSync(0, "utf-8"));
  await assemble({ ...job, workpath: folder }, settings);
  process.stdout.write(readFileSync(join(folder, `nexrender-${job.uid}-script.jsx`), "utf-8"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
