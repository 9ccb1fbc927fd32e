import { planDeclaredFee } from "../commands/operatorFees.ts";
import { feeTask } from "../operatorTask.ts";

export default feeTask(planDeclaredFee);
