import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type AddressInfo, type Socket } from "node:net";

import type { NetworkHooks } from "hardhat/types/hooks";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { localDeploymentId, recordDeployment } from "../../clients/deployment.ts";
import { deployLocal, type LocalSuite } from "../../deploy/local.ts";
import { InputError } from "../input.ts";

export const LOCAL_HOST = "127.0.0.1";

/** A node on this machine with a pool on it. */
export interface LocalNode {
  readonly url: string;
  readonly suite: LocalSuite;
  /** File in which the addresses are recorded. */
  readonly record: string;
  /** When it was called last, milliseconds. */
  lastCallAt(): number;
  close(): Promise<void>;
}

/**
 * Starts a node on a new chain and deploys everything on it.
 * @param port Where it listens; see `findFreePort`.
 */
export async function startLocalNode(hre: HardhatRuntimeEnvironment, port: number): Promise<LocalNode> {
  const { connection, calls, listen, close } = await serve(hre, port);
  const suite = await deployLocal(connection);
  await listen();
  const url = `http://${LOCAL_HOST}:${port}`;
  const record = recordDeployment(localDeploymentId(url), {
    chainId: Number((await connection.ethers.provider.getNetwork()).chainId),
    startBlock: 0,
    addresses: await localAddresses(suite),
  });
  return { url, suite, record, lastCallAt: () => calls.lastAt, close };
}

/** Contracts of a local chain by their names. */
export async function localAddresses(suite: LocalSuite) {
  const { poolETH, poolManager, accounting, clusterManager, committee, withdrawalVault, rewardsVault } = suite;
  const { authority, ssvNetwork, withdrawalQueue, wrappedPoolETH } = suite;
  return {
    poolETH: await poolETH.getAddress(),
    poolManager: await poolManager.getAddress(),
    accounting: await accounting.getAddress(),
    clusterManager: await clusterManager.getAddress(),
    committee: await committee.getAddress(),
    withdrawalVault: await withdrawalVault.getAddress(),
    rewardsVault: await rewardsVault.getAddress(),
    authority: await authority.getAddress(),
    ssvNetwork: await ssvNetwork.getAddress(),
    withdrawalQueue: await withdrawalQueue.getAddress(),
    wrappedPoolETH: await wrappedPoolETH.getAddress(),
  };
}

/** A server over a chain in this process, that chain, and when it was last called. */
async function serve(hre: HardhatRuntimeEnvironment, port: number) {
  const calls = { lastAt: Date.now() };
  const created: NetworkConnection[] = [];
  const watch: Partial<NetworkHooks> = {
    newConnection: async (context, next) => {
      const connection = await next(context);
      created.push(connection as NetworkConnection);
      return connection;
    },
  };
  hre.hooks.registerHandlers("network", watch);
  const server = await hre.network.createServer("default", LOCAL_HOST, port);
  hre.hooks.unregisterHandlers("network", watch);
  const [connection] = created;
  if (connection === undefined) throw new Error("the server has opened no chain");

  const count: Partial<NetworkHooks> = {
    onRequest: (context, called, request, next) => {
      if (called.id === connection.id) calls.lastAt = Date.now();
      return next(context, called, request);
    },
  };
  hre.hooks.registerHandlers("network", count);
  const sockets = watchSockets(port);
  const close = async () => {
    hre.hooks.unregisterHandlers("network", count);
    const closed = server.close();
    sockets.destroy();
    await closed;
  };
  return { connection, calls, listen: () => server.listen(), close };
}

/**
 * The connections of clients to a port of this process. Hardhat's server waits for them when it closes, and one that a
 * client opened and never used would keep it waiting for as long as the client lives.
 */
function watchSockets(port: number): { destroy(): void } {
  const open = new Set<Socket>();
  const remember = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort !== port) return;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  };
  subscribe("net.server.socket", remember);
  return {
    destroy: () => {
      unsubscribe("net.server.socket", remember);
      for (const socket of open) socket.destroy();
    },
  };
}

/**
 * Tries a port, because Hardhat's server does not say that it is taken.
 * @param port 0 for any free one.
 * @returns The port.
 * @throws {InputError} If it is taken.
 */
export async function findFreePort(port: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(
        new InputError(
          "port",
          port.toString(),
          isTaken ? "is taken, perhaps by another local node" : `cannot be used: ${error.message}`,
          "stop the other program, or give another --port (and the tasks LOCAL_RPC_URL)",
        ),
      );
    });
    probe.listen(port, LOCAL_HOST, () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(free);
      });
    });
  });
}
