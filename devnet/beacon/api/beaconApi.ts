import type { AddressInfo } from "node:net";

import { registerRoutes, type BeaconApiMethods } from "@lodestar/api/beacon/server";

import type { BeaconChain } from "../chain.ts";
import type { ApiContext } from "./apiContext.ts";
import { blockRoutes } from "./blockRoutes.ts";
import { committeeRoutes } from "./committeeRoutes.ts";
import { configRoutes } from "./configRoutes.ts";
import { debugRoutes, STATE_ROUTE } from "./debugRoutes.ts";
import { dutyRoutes } from "./dutyRoutes.ts";
import { addEventStream } from "./eventStream.ts";
import { httpServer } from "./httpServer.ts";
import { LoadGate } from "./loadGate.ts";
import { nodeRoutes } from "./nodeRoutes.ts";
import { poolRoutes } from "./poolRoutes.ts";
import { queueRoutes } from "./queueRoutes.ts";
import { rewardRoutes } from "./rewardRoutes.ts";
import { stateRoutes } from "./stateRoutes.ts";
import { withUnimplemented } from "./unimplemented.ts";
import { validatorRoutes } from "./validatorRoutes.ts";

/** What the Beacon API is started with. */
export interface BeaconApiOptions extends Omit<ApiContext, "chain"> {
  /** Zero takes any that is free. */
  readonly port: number;
}

/** A Beacon API that is served. */
export interface BeaconApi {
  readonly url: string;
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** States are large, above all in JSON. */
const STATES_AT_ONCE = 2;
const STATES_WAITING = 8;

/**
 * Serves the standard Beacon API of a chain (ethereum/beacon-APIs) on this machine only, without authentication. What is
 * in the specification and not here answers with status 501.
 * @throws {Error} If the port is taken.
 */
export async function startBeaconApi(chain: BeaconChain, { port, ...rest }: BeaconApiOptions): Promise<BeaconApi> {
  const context: ApiContext = { chain, ...rest };
  const server = httpServer(context.log);
  new LoadGate(STATES_AT_ONCE, STATES_WAITING).guard(server, STATE_ROUTE);
  const methods: BeaconApiMethods = {
    beacon: withUnimplemented<BeaconApiMethods["beacon"]>({
      ...stateRoutes(context),
      ...validatorRoutes(context),
      ...committeeRoutes(context),
      ...queueRoutes(context),
      ...blockRoutes(context),
      ...rewardRoutes(context),
      ...poolRoutes(context),
    }),
    config: withUnimplemented<BeaconApiMethods["config"]>(configRoutes(context)),
    debug: withUnimplemented<BeaconApiMethods["debug"]>(debugRoutes(context)),
    events: withUnimplemented({}),
    lightclient: withUnimplemented({}),
    lodestar: withUnimplemented({}),
    node: withUnimplemented<BeaconApiMethods["node"]>(nodeRoutes(context)),
    proof: withUnimplemented({}),
    validator: withUnimplemented<BeaconApiMethods["validator"]>(dutyRoutes(context)),
  };
  registerRoutes(server, chain.config, methods, ["beacon", "config", "debug", "lightclient", "node", "validator"]);
  addEventStream(server, context);
  await server.listen({ host: HOST, port });
  const { port: taken } = server.server.address() as AddressInfo;
  return { url: `http://${HOST}:${taken}`, port: taken, close: async () => server.close() };
}
