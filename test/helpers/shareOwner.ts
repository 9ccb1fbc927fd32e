import type { SecretKey } from "@chainsafe/bls/blst-native";
import type { ContractTransactionResponse, Wallet } from "ethers";

import type { LocalSuite } from "../../deploy/local.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { createKeyshare } from "../../src/ssv/keyshare.ts";
import { parseOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import { fromHex, type Hex } from "../../src/units/hex.ts";
import type { ISSVNetwork } from "../../typechain-types/index.ts";
import { MNEMONIC } from "./keyCeremony.ts";
import { EMPTY_CLUSTER } from "./ssv.ts";

type Cluster = typeof EMPTY_CLUSTER;

/** What is wrong with a registration. */
export interface Flaw {
  /** Signed instead of the owner's next nonce. */
  readonly nonce?: bigint;
  /** Changes the shares. */
  readonly change?: (sharesData: Uint8Array) => Uint8Array;
  /** Key to register, by its index; otherwise one that nobody has. */
  readonly keyIndex?: number;
}

const FUNDS = 10n ** 18n;
let nextKey = 0;

/** An account that registers validators at SSV with the suite's operators, with shares of its making. */
export class ShareOwner {
  readonly network: ISSVNetwork;
  readonly address: string;
  readonly operatorIds: bigint[];
  readonly #suite: LocalSuite;
  #cluster: Cluster = EMPTY_CLUSTER;
  #nonce = 0n;

  constructor(suite: LocalSuite, signer: Wallet) {
    this.#suite = suite;
    this.network = suite.ssvNetwork.connect(signer);
    this.address = signer.address;
    this.operatorIds = suite.operators.map(({ id }) => id);
  }

  /** Registers a validator. */
  async register({ nonce, change = (same) => same, keyIndex = nextKey++ }: Flaw = {}): Promise<TestValidator> {
    const secretKey = ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(keyIndex);
    const recipients = this.#suite.operators.map(({ id, publicKey }) => ({
      id,
      key: parseOperatorPublicKey(publicKey),
    }));
    const at = { owner: this.address, ownerNonce: nonce ?? this.#nonce };
    const { publicKey, sharesData } = createKeyshare(secretKey, recipients, at);
    const shares = change(fromHex(sharesData, "sharesData"));
    const sent = this.network.registerValidator(publicKey, this.operatorIds, shares, this.#cluster, { value: FUNDS });
    await this.#follow(sent);
    this.#nonce++;
    return { pubkey: publicKey, publicKey: fromHex(publicKey, "publicKey"), secretKey, keyIndex };
  }

  async remove(pubkey: Hex): Promise<void> {
    await this.#follow(this.network.removeValidator(pubkey, this.operatorIds, this.#cluster));
  }

  async liquidate(): Promise<void> {
    await this.#follow(this.network.liquidate(this.address, this.operatorIds, this.#cluster));
  }

  async reactivate(): Promise<void> {
    await this.#follow(this.network.reactivate(this.operatorIds, this.#cluster, { value: FUNDS }));
  }

  async #follow(sent: Promise<ContractTransactionResponse>): Promise<void> {
    const receipt = await (await sent).wait();
    for (const log of receipt?.logs ?? []) {
      const cluster: unknown = this.network.interface.parseLog(log)?.args.toObject().cluster;
      if (cluster !== undefined) this.#cluster = (cluster as { toObject(): Cluster }).toObject();
    }
  }
}

/** A validator with its key, to verify what others sign for it. */
export interface TestValidator {
  readonly pubkey: Hex;
  readonly publicKey: Uint8Array;
  readonly secretKey: SecretKey;
  readonly keyIndex: number;
}

/** Bytes of shares data for four operators: signature, public keys, encrypted shares. */
export const SHARES_LAYOUT = { publicKeys: 96, encrypted: 96 + 4 * 48, encryptedLength: 256 } as const;
