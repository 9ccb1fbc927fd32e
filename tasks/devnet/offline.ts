import { switchOperator } from "./switchOperator.ts";

export default switchOperator(false);
