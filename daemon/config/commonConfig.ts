import { isAddress } from "ethers";
import { z } from "zod";

const MAX_PORT = 65_535;

/** An address, checksummed where it has capitals. */
export const address = z.string().refine((text) => isAddress(text), "expected an address");
/** Where a node, a member or a signer is asked. */
export const httpUrl = z
  .string()
  .refine((text) => ["http:", "https:"].includes(URL.parse(text)?.protocol ?? ""), "expected an http or https URL");
/** A port of this machine; 0 takes a free one. */
export const port = z.int().min(0).max(MAX_PORT);
const MOST = 1_000_000_000;
const HOUR = 3_600;
/** Gwei of a gas price, and ether of a limit: numbers, as people write them. */
export const positive = z.number().positive().max(MOST);

/** A private key, which is easily taken for the name of the variable that has one. */
const PRIVATE_KEY = /^(0x)?[0-9a-f]{64}$/i;
const variable = z
  .string()
  .min(1)
  .refine((text) => !PRIVATE_KEY.test(text), "it is a private key: set a variable to it, and give the variable's name");

/** Whose key signs: exactly one source. Secrets are read from files and variables, and never stand in the configuration. */
export const signerSource = z.union([
  /** An encrypted keystore of an account, and the file with its password. */
  z.strictObject({ keystore: z.string().min(1), passwordFile: z.string().min(1) }),
  /** Name of an environment variable that has the private key. */
  z.strictObject({ env: variable }),
  /** A remote signer that speaks Web3Signer's JSON-RPC, and the account to use. */
  z.strictObject({ web3signer: httpUrl, address }),
]);
/** Whose key signs. */
export type SignerSource = z.infer<typeof signerSource>;

/** What every daemon is told. */
export const commonFields = {
  /** `PoolETH` of the pool. */
  pool: address,
  /** Block before which there is nothing of the pool. */
  startBlock: z.int().min(0),
  /** Of the beacon chain; decided before the libraries of the consensus layer are loaded. */
  preset: z.enum(["mainnet", "minimal"]).default("mainnet"),
  /** JSON-RPC of execution nodes: the first that works is asked. */
  execution: z.array(httpUrl).min(1),
  /** Beacon API of beacon nodes. */
  beacon: z.array(httpUrl).min(1),
  signer: signerSource.optional(),
  /** Folder of what must survive a restart. */
  data: z.string().min(1),
  /** Where health, readiness and metrics are served, on 127.0.0.1. */
  monitoringPort: port.default(0),
  /** Seconds between two rounds. */
  pollSeconds: positive.max(HOUR).default(12),
  /** Highest fee per gas of a transaction, Gwei; above it none is sent. */
  maxFeeGwei: positive.default(100),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
};
/** What every daemon is told. */
export type CommonConfig = z.infer<z.ZodObject<typeof commonFields>>;
