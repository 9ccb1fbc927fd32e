import type { AddressInfo } from "node:net";

import type { FastifyInstance } from "fastify";

import { FieldError } from "../../src/units/errors.ts";

/** A port of this machine cannot be used. */
export class PortError extends FieldError {}

const HOST = "127.0.0.1";

/**
 * Has a server listen on this machine, and nowhere else.
 * @param port 0 takes a free one.
 * @param field That names the port in the configuration.
 * @returns The port.
 * @throws {PortError} If the port is taken, or may not be used.
 */
export async function listenHere(server: FastifyInstance, port: number, field: string): Promise<number> {
  try {
    await server.listen({ host: HOST, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const problem = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used, ${code}`;
    throw new PortError(field, `${port}`, problem, "give a port that is free, or 0 for any");
  }
  return (server.server.address() as AddressInfo).port;
}
