import { setHasher } from "@chainsafe/persistent-merkle-tree";
import { hasher } from "@chainsafe/persistent-merkle-tree/hasher/as-sha256";

/**
 * Lets SSZ hash in WebAssembly, which costs little also in a process that does not optimize its JavaScript, as operators
 * are started to save memory. To be imported before what uses SSZ.
 */
setHasher(hasher);
