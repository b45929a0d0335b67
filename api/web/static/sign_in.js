// On the way to the provider: the page to come back to.

import { keepPlace } from "./session.js";

document.getElementById("provider").addEventListener("click", () => keepPlace(location.pathname === "/sign-in" ? "/" : undefined));
