import { startFromTag } from "./tag.ts";

startFromTag((edge) => import(`${edge}/score.js`));
