// Loaded into the execution client before it starts. Its library merges the parameters of all EIPs anew for each header
// and transaction that it makes an object of, which is most of its work. Here it does so only where that changes them.
import { Common } from "@ethereumjs/common";

type ParametersByEip = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The parts of the library's class that it uses within. */
interface ChainRules {
  /** Shared between copies of the rules. */
  readonly _params: ParametersByEip;
  /** Made from the above for one hard fork; always replaced as a whole. */
  _paramsCache: object;
  updateParams(params: ParametersByEip): void;
}

interface Merged {
  readonly all: ParametersByEip;
  readonly version: number;
  readonly cache: object;
}

const rules = Common.prototype as unknown as ChainRules;
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the rules that it is for
const { updateParams } = rules;
/** How often parameters were changed. */
const versions = new WeakMap<ParametersByEip, number>();
/** What a cache becomes with certain parameters. */
const results = new WeakMap<object, Map<ParametersByEip, Merged>>();

rules.updateParams = function (this: ChainRules, params) {
  const all = this._params;
  const before = this._paramsCache;
  const known = results.get(before)?.get(params);
  if (known?.all === all && known.version === versionOf(all)) {
    this._paramsCache = known.cache;
    return;
  }
  if (!holds(all, params)) versions.set(all, versionOf(all) + 1);
  updateParams.call(this, params);
  const merged = { all, version: versionOf(all), cache: this._paramsCache };
  remember(before, params, merged);
  remember(merged.cache, params, merged);
};

function remember(before: object, params: ParametersByEip, merged: Merged): void {
  const known = results.get(before) ?? new Map<ParametersByEip, Merged>();
  results.set(before, known.set(params, merged));
}

function versionOf(all: ParametersByEip): number {
  return versions.get(all) ?? 0;
}

function holds(all: ParametersByEip, merged: ParametersByEip): boolean {
  return Object.entries(merged).every(([eip, values]) =>
    Object.entries(values).every(([name, value]) => all[eip]?.[name] === value),
  );
}
