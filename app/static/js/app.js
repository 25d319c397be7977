// The scripts of the shop. Each module looks for its own elements and does nothing without them;
// every page works without any of this.
import { startAreas } from "./areas.js";
import { startCart } from "./cart.js";
import { startCarousels } from "./carousel.js";
import { startCodes } from "./codes.js";
import { startCountdowns } from "./countdown.js";
import { startForms } from "./forms.js";
import { startHtmx } from "./htmx.js";
import { startMenus } from "./menu.js";
import { startPictures } from "./pictures.js";
import { startRegister } from "./register.js";
import { startSteppers } from "./stepper.js";
import { startVisit } from "./visit.js";
import { startWait } from "./wait.js";

startHtmx();
startMenus();
startCart();
startSteppers();
startCarousels();
startForms();
startPictures();
startWait();
startCountdowns();
startAreas();
startRegister();
startCodes();
startVisit();
