import { spawn } from "node:child_process";

/**
 * Goes on as another program of Node in this process, so that Hardhat's memory is free; where Node cannot do that,
 * in a process of its own.
 * @param args Of Node.
 * @param extra What its environment has in addition.
 */
export async function become(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = { ...process.env, ...extra };
  if (typeof process.execve === "function") process.execve(process.execPath, [process.execPath, ...args], env);
  const child = spawn(process.execPath, args, { stdio: "inherit", env });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // A terminal sends Ctrl-C to both of them by itself.
  for (const signal of signals) process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  process.exitCode = await new Promise((resolve) =>
    child.once("exit", (code) => {
      resolve(code ?? 1);
    }),
  );
}
