import { planExecutedFee } from "../commands/operatorFees.ts";
import { operatorTask } from "../operatorTask.ts";

export default operatorTask(planExecutedFee, () => undefined);
