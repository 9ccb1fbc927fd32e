import { createServer } from "node:net";

import { FieldError } from "../../src/units/errors.ts";
import { LOCAL_HOST } from "./commandLine.ts";

/** A port cannot be listened at. */
export class PortError extends FieldError {}

/**
 * Tries a port by listening there for a moment.
 * @param field Through what it was given.
 * @throws {PortError} If it is taken, or not ours to use.
 */
export async function requireFreePort(field: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => {
      reject(portError(field, port, error));
    });
    probe.listen(port, LOCAL_HOST, () => {
      probe.close(() => {
        resolve();
      });
    });
  });
}

/** Why a server does not listen at a port, and what to do about it. */
export function portError(field: string, port: number, { code, message }: NodeJS.ErrnoException): PortError {
  const problem = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used: ${message}`;
  const remedy = `stop the program that listens there (\`ss -ltnp 'sport = :${port}'\` names it), or choose another port`;
  return new PortError(field, port.toString(), problem, remedy);
}
