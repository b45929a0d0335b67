// Back from the provider: the token goes from the page into the session, and the address with the code is left behind.

import { keepToken, placeKept } from "./session.js";

keepToken(document.getElementById("token").dataset.token);
location.replace(placeKept());
