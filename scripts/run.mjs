// Runs a command with everything in place on a machine that has only Node 20 and npm: the pinned dependencies, and a
// Node new enough for Hardhat. Plain JavaScript, because it must start on the Node that is there.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const MINIMUM_NODE = [22, 13];
const PARENT_CHECK_MS = 500;
const root = fileURLToPath(new URL("..", import.meta.url));
const localNode = join(root, "scripts", "node");
const [command, ...args] = process.argv.slice(2);

if (command === undefined) fail("run.mjs: name the command to run, for example `node scripts/run.mjs hardhat --help`");

const path = [join(root, "node_modules", ".bin")];
if (isNodeTooOld()) {
  path.push(join(localNode, "node_modules", ".bin"));
  if (!existsSync(join(localNode, "node_modules", ".bin", "node"))) {
    console.error(`Node ${process.versions.node} is too old for Hardhat: installing the pinned one (once)`);
    install(localNode, []);
    if (!existsSync(join(localNode, "node_modules", ".bin", "node")))
      fail(`no Node build for ${process.platform}-${process.arch}: install Node ${MINIMUM_NODE.join(".")} or newer`);
  }
}
if (!hasDependencies()) {
  console.error("installing the pinned dependencies (once)");
  install(root, path);
  if (!hasDependencies()) fail("the dependencies are incomplete: remove node_modules and run the command again");
}

const child = spawn(command, args, options(root, path));
child.on("error", (error) => fail(`${command} did not start: ${error.message}`));
child.on("exit", (status) => process.exit(status ?? 1));
// Whoever stops this program means the command; a terminal sends Ctrl-C to both of them by itself.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
// npm stops no more than the shell between itself and this program, which then has another parent.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
}

function isNodeTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]);
}

/** Hardhat's engine has one native package per platform, which an npm under an older Node leaves out silently. */
function hasDependencies() {
  const modules = join(root, "node_modules");
  if (!existsSync(join(modules, ".package-lock.json"))) return false;
  try {
    createRequire(join(modules, "hardhat", "package.json")).resolve("@nomicfoundation/edr");
  } catch {
    return false;
  }
  const platform = `edr-${process.platform}-${process.arch}`;
  return ["", "-gnu", "-musl", "-msvc"].some((libc) => existsSync(join(modules, "@nomicfoundation", platform + libc)));
}

function install(folder, extraPath) {
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], options(folder, extraPath));
  if (npm.error !== undefined) fail(`npm did not start: ${npm.error.message}`);
  if (npm.status !== 0) fail(`npm ci failed in ${folder}: see its message above`);
}

function options(cwd, extraPath) {
  const env = { ...process.env, PATH: [...extraPath, process.env.PATH].join(delimiter) };
  return { cwd, env, stdio: "inherit", shell: process.platform === "win32" };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
