import { DatabaseSync, type StatementSync } from "node:sqlite";

import { toHex, type Hex } from "../../src/units/hex.ts";
import type { AttestationDuty, ProposalDuty } from "../committee/duties.ts";

/** What can get a validator slashed. */
export interface SlashableDuty {
  readonly duty: AttestationDuty | ProposalDuty;
  /** 32 bytes. */
  readonly signingRoot: Uint8Array;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS attestations (
    genesis_validators_root TEXT NOT NULL, pubkey TEXT NOT NULL,
    source_epoch INTEGER NOT NULL, target_epoch INTEGER NOT NULL, signing_root TEXT NOT NULL,
    PRIMARY KEY (genesis_validators_root, pubkey)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS proposals (
    genesis_validators_root TEXT NOT NULL, pubkey TEXT NOT NULL,
    slot INTEGER NOT NULL, signing_root TEXT NOT NULL,
    PRIMARY KEY (genesis_validators_root, pubkey)
  ) STRICT, WITHOUT ROWID;`;

/**
 * Remembers the last attestation and proposal of each validator, so that nothing slashable is ever signed (EIP-3076, in
 * the minimal form of its conditions). A file of SQLite holds what was admitted before a signature is made, also when the
 * process is killed or the machine loses power.
 */
export class SlashingProtection {
  readonly #database: DatabaseSync;
  readonly #statements: Record<"readAttestation" | "readProposal" | "putAttestation" | "putProposal", StatementSync>;

  /** @param file Made if missing. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 2_000 });
    // FULL makes each commit wait for the disk.
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -256;");
    this.#database.exec(SCHEMA);
    const key = "genesis_validators_root = ? AND pubkey = ?";
    const prepare = (sql: string): StatementSync => {
      const statement = this.#database.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#statements = {
      readAttestation: prepare(`SELECT source_epoch, target_epoch, signing_root FROM attestations WHERE ${key}`),
      readProposal: prepare(`SELECT slot, signing_root FROM proposals WHERE ${key}`),
      putAttestation: prepare("INSERT OR REPLACE INTO attestations VALUES (?, ?, ?, ?, ?)"),
      putProposal: prepare("INSERT OR REPLACE INTO proposals VALUES (?, ?, ?, ?)"),
    };
  }

  /**
   * Decides in the order of the list, and remembers what is admitted before it returns.
   * @param genesisValidatorsRoot Of the beacon chain; each has its own memory.
   * @returns By position: why it must not be signed; undefined if it may be.
   */
  admit(genesisValidatorsRoot: Hex, duties: readonly SlashableDuty[]): (string | undefined)[] {
    if (duties.length === 0) return [];
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const reasons = duties.map(({ duty, signingRoot }) => {
        const root = toHex(signingRoot);
        return duty.type === "attestation"
          ? this.#admitAttestation(genesisValidatorsRoot, duty, root)
          : this.#admitProposal(genesisValidatorsRoot, duty, root);
      });
      this.#database.exec("COMMIT");
      return reasons;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #admitAttestation(chain: Hex, { pubkey, data }: AttestationDuty, root: Hex): string | undefined {
    const [source, target] = [data.source.epoch, data.target.epoch];
    const last = this.#statements.readAttestation.get(chain, pubkey) as
      { source_epoch: bigint; target_epoch: bigint; signing_root: string } | undefined;
    if (last?.signing_root === root) return undefined;
    if (source > target) return `source epoch ${source} is above target epoch ${target}`;
    if (last !== undefined && source < last.source_epoch)
      return `source epoch ${source} is below ${last.source_epoch}, which was signed: it could surround that vote`;
    if (last !== undefined && target <= last.target_epoch)
      return `target epoch ${target} is not above ${last.target_epoch}, which was signed: double or surrounded vote`;
    this.#statements.putAttestation.run(chain, pubkey, source, target, root);
    return undefined;
  }

  #admitProposal(chain: Hex, { pubkey, header: { slot } }: ProposalDuty, root: Hex): string | undefined {
    const last = this.#statements.readProposal.get(chain, pubkey) as { slot: bigint; signing_root: string } | undefined;
    if (last?.signing_root === root) return undefined;
    if (last !== undefined && slot <= last.slot)
      return `slot ${slot} is not above ${last.slot}, for which a block was signed: double proposal`;
    this.#statements.putProposal.run(chain, pubkey, slot, root);
    return undefined;
  }
}
